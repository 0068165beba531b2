using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FedPortal.Training.Native;

/// <summary>Loads libfedtorch.so from where <see cref="NativeFiles"/> finds it, once, and refuses one of another version.</summary>
internal static class FedTorchLibrary
{
    private static readonly Lazy<string> Description = new(LoadAndDescribe);

    /// <summary>Versions and abilities of the loaded library in one line. Throws when it is missing or of another version.</summary>
    internal static string BuildText => Description.Value;

    internal static void Require() => _ = Description.Value;

    private static string LoadAndDescribe()
    {
        int actual = FedTorch.fed_abi_version();
        return actual == FedTorch.AbiVersion
            ? FedTorch.ReadText(FedTorch.fed_build_text)
            : throw new DllNotFoundException($"Expected ABI version {FedTorch.AbiVersion} of libfedtorch.so but got {actual}. Run ./fedportal build.");
    }

    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "The resolver must be in place before the first native call of this assembly.")]
    internal static void RegisterResolver() => NativeLibrary.SetDllImportResolver(
        typeof(FedTorchLibrary).Assembly,
        static (name, _, _) => name == "fedtorch" ? NativeLibrary.Load(NativeFiles.Find("libfedtorch.so")) : 0);
}
