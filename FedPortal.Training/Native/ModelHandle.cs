using System.Runtime.InteropServices;

namespace FedPortal.Training.Native;

/// <summary>Owns one native model. The runtime frees it once, also after an exception or a forgotten Dispose, and never during a call.</summary>
internal sealed class ModelHandle : SafeHandle
{
    public ModelHandle()
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        FedTorch.fed_model_free(handle);
        return true;
    }
}
