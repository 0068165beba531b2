using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FedPortal.Training.Native;

/// <summary>The C functions of native/torch/fedtorch.h, one for one. Nothing else in the solution calls libtorch.</summary>
internal static unsafe partial class FedTorch
{
    internal const int AbiVersion = 2;
    private const string Library = "fedtorch";

    [LibraryImport(Library)]
    internal static partial int fed_abi_version();

    [LibraryImport(Library)]
    internal static partial nint fed_last_error();

    [LibraryImport(Library)]
    internal static partial int fed_build_text(Span<byte> text, int capacity);

    [LibraryImport(Library)]
    internal static partial int fed_layout_tensor_count(in FedNetwork network, out int tensorCount);

    [LibraryImport(Library)]
    internal static partial int fed_layout_tensors(in FedNetwork network, FedTensor* tensors, int tensorCount);

    [LibraryImport(Library)]
    internal static partial int fed_model_create(in FedNetwork network, in FedCompute compute, out ModelHandle model);

    [LibraryImport(Library)]
    internal static partial void fed_model_free(nint model);

    [LibraryImport(Library)]
    internal static partial int fed_model_device_text(ModelHandle model, Span<byte> text, int capacity);

    [LibraryImport(Library)]
    internal static partial int fed_model_get_values(ModelHandle model, Span<float> values, long count);

    [LibraryImport(Library)]
    internal static partial int fed_model_set_values(ModelHandle model, ReadOnlySpan<float> values, long count);

    [LibraryImport(Library)]
    internal static partial int fed_model_reset_optimizer(ModelHandle model);

    [LibraryImport(Library)]
    internal static partial int fed_model_get_optimizer(ModelHandle model, ref FedOptimizerState state, Span<float> moments, long count);

    [LibraryImport(Library)]
    internal static partial int fed_model_set_optimizer(ModelHandle model, in FedOptimizerState state, ReadOnlySpan<float> moments, long count);

    [LibraryImport(Library)]
    internal static partial int fed_model_get_random(ModelHandle model, Span<byte> bytes, long capacity, out long count);

    [LibraryImport(Library)]
    internal static partial int fed_model_set_random(ModelHandle model, ReadOnlySpan<byte> bytes, long count);

    [LibraryImport(Library)]
    internal static partial int fed_model_train_step(ModelHandle model, in FedBatch batch, in FedLoss loss, in FedStep step, ref FedStepResult result);

    [LibraryImport(Library)]
    internal static partial int fed_model_gradient(ModelHandle model, in FedBatch batch, in FedLoss loss, Span<float> gradient, long count, ref FedStepResult result);

    [LibraryImport(Library)]
    internal static partial int fed_model_private_gradient(
        ModelHandle model, in FedBatch batch, in FedLoss loss, in FedClipping clipping, Span<float> gradient, long count, Span<double> norms, ref FedStepResult result);

    [LibraryImport(Library)]
    internal static partial int fed_model_apply_gradient(ModelHandle model, ReadOnlySpan<float> gradient, long count, in FedStep step);

    [LibraryImport(Library)]
    internal static partial int fed_model_features(ModelHandle model, in FedBatch batch, Span<float> features, long count);

    [LibraryImport(Library)]
    internal static partial int fed_model_predict(ModelHandle model, in FedBatch batch, Span<float> logits, long count);

    [LibraryImport(Library)]
    internal static partial int fed_model_input_gradient(ModelHandle model, in FedBatch batch, in FedLoss loss, Span<float> gradient, long count);

    [LibraryImport(Library)]
    internal static partial int fed_model_grad_cam(ModelHandle model, in FedBatch batch, Span<float> maps, long count);

    [LibraryImport(Library)]
    internal static partial int fed_test_fault(int kind);

    [LibraryImport(Library)]
    internal static partial int fed_test_hold(ModelHandle model, int hold);

    /// <summary>Turns a status of the C library into an exception that carries its text.</summary>
    internal static void Check(int status)
    {
        const int Ok = 0, InvalidArgument = 1, OutOfMemory = 2;
        if (status == Ok)
        {
            return;
        }

        string message = Marshal.PtrToStringUTF8(fed_last_error())!;
        throw status switch
        {
            InvalidArgument => new ArgumentException(message),
            OutOfMemory => new InsufficientMemoryException(message),
            _ => new InvalidOperationException(message),
        };
    }

    /// <summary>Reads a text that <paramref name="fill"/> writes into the buffer it is given.</summary>
    internal static string ReadText(TextFunction fill)
    {
        Span<byte> buffer = stackalloc byte[512];
        Check(fill(buffer, buffer.Length));
        return System.Text.Encoding.UTF8.GetString(buffer[..buffer.IndexOf((byte)0)]);
    }

    internal delegate int TextFunction(Span<byte> text, int capacity);

    internal static uint SizeOf<T>()
        where T : unmanaged => (uint)Unsafe.SizeOf<T>();
}
