using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;

namespace FedPortal.Training.Native;

/// <summary>
/// A chest X-ray classifier in native memory. One thread at a time: a second one gets an <see cref="InvalidOperationException"/> at once.
/// Native failures are <see cref="ArgumentException"/> (the caller's values), <see cref="InsufficientMemoryException"/>, or
/// <see cref="InvalidOperationException"/>, with the native text.
/// </summary>
public sealed unsafe class ClassifierModel : IDisposable
{
    private static readonly ConcurrentDictionary<ModelDescription, ModelLayout> Layouts = new();
    private readonly ModelHandle _model;

    private ClassifierModel(ModelHandle model, ModelLayout layout)
    {
        _model = model;
        Layout = layout;
        DeviceName = FedTorch.ReadText((text, capacity) => FedTorch.fed_model_device_text(model, text, capacity));
    }

    public ModelLayout Layout { get; }

    /// <summary>Where and how it computes, for example <c>CPU, bfloat16, 2 threads</c>.</summary>
    public string DeviceName { get; }

    /// <summary>Versions and abilities of the native library in one line, for logs.</summary>
    public static string BuildText => FedTorchLibrary.BuildText;

    internal ModelHandle Handle => _model;

    /// <summary>
    /// A network with fresh weights: torchvision's initialisation, except that with GroupNorm the last scale of each residual block starts
    /// at 0.3. The same seed gives the same weights on every device.
    /// </summary>
    public static ClassifierModel Create(ModelDescription description, ComputeOptions compute, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(compute);
        ModelLayout layout = LayoutOf(description);
        FedNetwork network = NetworkOf(description);
        var request = new FedCompute
        {
            Size = FedTorch.SizeOf<FedCompute>(),
            Device = (int)compute.Device,
            Precision = (int)compute.Precision,
            Threads = compute.Threads,
            Seed = seed,
        };
        FedTorch.Check(FedTorch.fed_model_create(network, request, out ModelHandle model));
        return new ClassifierModel(model, layout);
    }

    /// <summary>Version 0 of a global model: fresh weights as <see cref="Create"/> makes them.</summary>
    public static GlobalModel FirstModel(ModelDescription description, ComputeOptions compute, ulong seed)
    {
        using ClassifierModel model = Create(description, compute, seed);
        float[] values = new float[model.Layout.ValueCount];
        model.CopyValuesTo(values);
        return new GlobalModel(model.Layout, 0, values);
    }

    /// <summary>The order of the network's values, without building the network. Loads libtorch.</summary>
    public static ModelLayout LayoutOf(ModelDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return Layouts.GetOrAdd(description, ReadLayout);
    }

    /// <summary>Copies parameters and buffers into <paramref name="values"/>, whose length must be the layout's value count.</summary>
    public void CopyValuesTo(Span<float> values) => FedTorch.Check(FedTorch.fed_model_get_values(_model, values, values.Length));

    /// <summary>Replaces parameters and buffers, and moves the anchor of the proximal term here. The optimiser keeps its moments.</summary>
    public void SetValues(ReadOnlySpan<float> values) => FedTorch.Check(FedTorch.fed_model_set_values(_model, values, values.Length));

    /// <summary>Forgets momentum, moments and step count.</summary>
    public void ResetOptimizer() => FedTorch.Check(FedTorch.fed_model_reset_optimizer(_model));

    /// <summary>One optimiser step on one batch, in training mode.</summary>
    public TrainingStepResult TrainStep(ImageBatch batch, TrainingStepOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        FedStep step = StepOf(options);
        var result = new FedStepResult { Size = FedTorch.SizeOf<FedStepResult>() };
        WithBatchAndLoss(batch, options, (in FedBatch images, in FedLoss loss) => FedTorch.fed_model_train_step(_model, images, loss, step, ref result));
        return new TrainingStepResult(result.Loss, result.CorrectCount, result.GradientNorm);
    }

    /// <summary>
    /// The gradient of the loss over one batch in training mode: parameters only, in layout order. No parameter changes; running statistics
    /// and the random generator move as in a step. Only the loss settings of <paramref name="options"/> count.
    /// </summary>
    public TrainingStepResult CopyGradientTo(ImageBatch batch, TrainingStepOptions options, float[] gradient)
    {
        var result = new FedStepResult { Size = FedTorch.SizeOf<FedStepResult>() };
        WithBatchAndLoss(batch, options, (in FedBatch images, in FedLoss loss) => FedTorch.fed_model_gradient(_model, images, loss, gradient, gradient.Length, ref result));
        return new TrainingStepResult(result.Loss, result.CorrectCount, result.GradientNorm);
    }

    /// <summary>
    /// The sum over patients of their clipped gradients, parameters only, in layout order; a patient's gradient is that of the mean loss over
    /// its images in the batch. Needs <see cref="ComputePrecision.Full"/> and a network with GroupNorm. No parameter changes.
    /// </summary>
    /// <param name="batch">All images of every patient in it.</param>
    /// <param name="patients">The patient of each image, numbered from 0.</param>
    /// <param name="clippingNorm">Longest gradient of one patient.</param>
    /// <param name="options">Only the loss settings count. A logit adjustment must not come from private class counts.</param>
    /// <param name="gradient">Receives the sum.</param>
    /// <param name="norms">Receives each patient's norm before clipping, which must not leave; as many places as patients.</param>
    public TrainingStepResult CopyPrivateGradientTo(ImageBatch batch, int[] patients, double clippingNorm, TrainingStepOptions options, float[] gradient, double[] norms)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (patients.Length != batch.Count)
        {
            throw new ArgumentException($"Expected a patient for each of {batch.Count} images but got {patients.Length}.", nameof(patients));
        }

        var result = new FedStepResult { Size = FedTorch.SizeOf<FedStepResult>() };
        fixed (int* patientOfImage = patients)
        {
            var clipping = new FedClipping
            {
                Size = FedTorch.SizeOf<FedClipping>(),
                PatientCount = norms.Length,
                Patients = patientOfImage,
                ClippingNorm = clippingNorm,
            };
            WithBatchAndLoss(batch, options, (in FedBatch images, in FedLoss loss) =>
                FedTorch.fed_model_private_gradient(_model, images, loss, clipping, gradient, gradient.Length, norms, ref result));
        }

        return new TrainingStepResult(result.Loss, result.CorrectCount, result.GradientNorm);
    }

    /// <summary>One optimiser step with a gradient of the caller's: parameters only, in layout order. The loss settings do not count.</summary>
    public void ApplyGradient(ReadOnlySpan<float> gradient, TrainingStepOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        FedTorch.Check(FedTorch.fed_model_apply_gradient(_model, gradient, gradient.Length, StepOf(options)));
    }

    /// <summary>Writes the features before the last layer, averaged over the maps, image by image, in evaluation mode. The labels are not used.</summary>
    /// <param name="batch">The images.</param>
    /// <param name="features">Image count × inputs of the last layer.</param>
    public void Features(ImageBatch batch, Span<float> features)
    {
        fixed (float* pixels = PixelsOf(batch))
        {
            FedTorch.Check(FedTorch.fed_model_features(_model, BatchOf(batch, pixels, null), features, features.Length));
        }
    }

    /// <summary>Writes the logits, image by image, in evaluation mode. The labels are not used.</summary>
    /// <param name="batch">The images.</param>
    /// <param name="logits">Image count × class count.</param>
    public void Predict(ImageBatch batch, Span<float> logits)
    {
        fixed (float* pixels = PixelsOf(batch))
        {
            FedTorch.Check(FedTorch.fed_model_predict(_model, BatchOf(batch, pixels, null), logits, logits.Length));
        }
    }

    /// <summary>For each image, the gradient of its own loss with respect to its pixels, in evaluation mode; as long as the batch's pixels.</summary>
    public float[] InputGradient(ImageBatch batch, TrainingStepOptions options)
    {
        float[] gradient = new float[PixelsOf(batch).Length];
        WithBatchAndLoss(batch, options, (in FedBatch images, in FedLoss loss) => FedTorch.fed_model_input_gradient(_model, images, loss, gradient, gradient.Length));
        return gradient;
    }

    /// <summary>Grad-CAM (Selvaraju et al. 2017) of each image's label: one map an image, at the image's size, in [0, 1].</summary>
    public float[] GradCam(ImageBatch batch)
    {
        float[] maps = new float[PixelsOf(batch).Length];
        fixed (float* pixels = batch.Pixels)
        fixed (int* labels = batch.Labels)
        {
            FedTorch.Check(FedTorch.fed_model_grad_cam(_model, BatchOf(batch, pixels, labels), maps, maps.Length));
        }

        return maps;
    }

    /// <summary>The optimiser's moments and the random generator, for resuming.</summary>
    public OptimizerState CopyOptimizerState()
    {
        var state = new FedOptimizerState { Size = FedTorch.SizeOf<FedOptimizerState>() };
        float[] moments = new float[2 * Layout.ParameterCount];
        FedTorch.Check(FedTorch.fed_model_get_optimizer(_model, ref state, moments, moments.Length));
        FedTorch.Check(FedTorch.fed_model_get_random(_model, [], 0, out long count));
        byte[] random = new byte[count];
        FedTorch.Check(FedTorch.fed_model_get_random(_model, random, random.Length, out _));
        return new OptimizerState((LocalOptimizer)state.Optimizer, state.StepCount, moments, random);
    }

    /// <summary>Goes on from <see cref="CopyOptimizerState"/>, after <see cref="SetValues"/> with the values of the same moment.</summary>
    public void SetOptimizerState(OptimizerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var header = new FedOptimizerState
        {
            Size = FedTorch.SizeOf<FedOptimizerState>(),
            Optimizer = (int)state.Optimizer,
            StepCount = state.StepCount,
        };
        FedTorch.Check(FedTorch.fed_model_set_optimizer(_model, header, state.Moments.Span, state.Moments.Length));
        FedTorch.Check(FedTorch.fed_model_set_random(_model, state.Random.Span, state.Random.Length));
    }

    public void Dispose() => _model.Dispose();

    private delegate int BatchFunction(in FedBatch batch, in FedLoss loss);

    // Everything stays pinned while the function runs; the native side keeps no pointer.
    private static void WithBatchAndLoss(ImageBatch batch, TrainingStepOptions options, BatchFunction function)
    {
        ArgumentNullException.ThrowIfNull(options);
        fixed (float* pixels = PixelsOf(batch), weights = options.ClassWeights, adjustment = options.LogitAdjustment)
        fixed (int* labels = batch.Labels)
        {
            var loss = new FedLoss
            {
                Size = FedTorch.SizeOf<FedLoss>(),
                LabelSmoothing = options.LabelSmoothing,
                FocalGamma = options.FocalGamma,
                ClassWeightCount = options.ClassWeights?.Length ?? 0,
                LogitAdjustmentCount = options.LogitAdjustment?.Length ?? 0,
                ClassWeights = weights,
                LogitAdjustment = adjustment,
            };
            FedTorch.Check(function(BatchOf(batch, pixels, labels), loss));
        }
    }

    private static FedStep StepOf(TrainingStepOptions options) => new()
    {
        Size = FedTorch.SizeOf<FedStep>(),
        Optimizer = (int)options.Optimizer,
        LearningRate = options.LearningRate,
        Momentum = options.Momentum,
        Beta1 = options.Beta1,
        Beta2 = options.Beta2,
        WeightDecay = options.WeightDecay,
        GradientClip = options.GradientClip,
        ProximalTerm = options.ProximalTerm,
    };

    private static float[] PixelsOf(ImageBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Pixels;
    }

    private static FedBatch BatchOf(ImageBatch batch, float* pixels, int* labels) => new()
    {
        Size = FedTorch.SizeOf<FedBatch>(),
        Count = batch.Count,
        Channels = 1,
        Height = batch.Size,
        Width = batch.Size,
        Pixels = pixels,
        Labels = labels,
    };

    private static FedNetwork NetworkOf(ModelDescription description) => new()
    {
        Size = FedTorch.SizeOf<FedNetwork>(),
        Architecture = (int)description.Architecture,
        ClassCount = description.ClassCount,
        InputChannels = description.InputChannels,
    };

    private static ModelLayout ReadLayout(ModelDescription description)
    {
        FedTorchLibrary.Require();
        FedNetwork network = NetworkOf(description);
        FedTorch.Check(FedTorch.fed_layout_tensor_count(network, out int count));
        var tensors = new FedTensor[count];
        fixed (FedTensor* first = tensors)
        {
            FedTorch.Check(FedTorch.fed_layout_tensors(network, first, count));
        }

        return new ModelLayout(description, [.. tensors.Select(EntryOf)]);
    }

    private static TensorEntry EntryOf(FedTensor tensor) => new(
        Marshal.PtrToStringUTF8((nint)tensor.Name)!,
        checked((int)tensor.Offset),
        new ReadOnlySpan<int>(tensor.Shape, tensor.Rank).ToArray(),
        tensor.IsBuffer != 0);
}
