using System.Runtime.InteropServices;

namespace FedPortal.Training.Native;

// The structs of native/torch/fedtorch.h, field for field. Each begins with its size, so a mismatch is refused in words.

[StructLayout(LayoutKind.Sequential)]
internal struct FedNetwork
{
    internal uint Size;
    internal int Architecture;
    internal int ClassCount;
    internal int InputChannels;
}

[StructLayout(LayoutKind.Sequential)]
internal struct FedCompute
{
    internal uint Size;
    internal int Device;
    internal int Precision;
    internal int Threads;
    internal ulong Seed;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FedTensor
{
    internal uint Size;
    internal int IsBuffer;
    internal long Offset;
    internal int Rank;
    internal fixed int Shape[4];
    internal fixed byte Name[124];
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FedBatch
{
    internal uint Size;
    internal int Count;
    internal int Channels;
    internal int Height;
    internal int Width;
    internal float* Pixels;
    internal int* Labels;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FedLoss
{
    internal uint Size;
    internal float LabelSmoothing;
    internal float FocalGamma;
    internal int ClassWeightCount;
    internal int LogitAdjustmentCount;
    internal float* ClassWeights;
    internal float* LogitAdjustment;
}

[StructLayout(LayoutKind.Sequential)]
internal struct FedStep
{
    internal uint Size;
    internal int Optimizer;
    internal float LearningRate;
    internal float Momentum;
    internal float Beta1;
    internal float Beta2;
    internal float WeightDecay;
    internal float GradientClip;
    internal float ProximalTerm;
}

[StructLayout(LayoutKind.Sequential)]
internal struct FedStepResult
{
    internal uint Size;
    internal int CorrectCount;
    internal float Loss;
    internal double GradientNorm;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FedClipping
{
    internal uint Size;
    internal int PatientCount;
    internal int* Patients;
    internal double ClippingNorm;
}

[StructLayout(LayoutKind.Sequential)]
internal struct FedOptimizerState
{
    internal uint Size;
    internal int Optimizer;
    internal long StepCount;
}
