using Microsoft.Extensions.Options;

namespace FedPortal.Jobs.Inference;

/// <summary>Settings of answering pictures, under "Inference".</summary>
public sealed class InferenceOptions
{
    public const string Section = "Inference";

    /// <summary>Models that are kept loaded at a time, each in a child process; the one that was idle longest makes room.</summary>
    public int MaxModels { get; set; } = 2;

    /// <summary>Pictures that may wait for one model; whoever comes then is asked to come again.</summary>
    public int MaxWaiting { get; set; } = 16;

    /// <summary>A model that was asked nothing for so long is put away.</summary>
    public double IdleSeconds { get; set; } = 300;

    /// <summary>Longest time for one picture, loading of the model and waiting included.</summary>
    public double RequestSeconds { get; set; } = 60;

    /// <summary>Processor threads of one model; 0 for all.</summary>
    public int Threads { get; set; }

    /// <summary>Longest file of one picture.</summary>
    public int MaxBytes { get; set; } = 32 << 20;

    public TimeSpan Idle => TimeSpan.FromSeconds(IdleSeconds);

    public TimeSpan RequestLimit => TimeSpan.FromSeconds(RequestSeconds);
}

internal sealed class InferenceOptionsCheck : IValidateOptions<InferenceOptions>
{
    public ValidateOptionsResult Validate(string? name, InferenceOptions options)
    {
        string[] problems =
        [
            .. options.MaxModels < 1 ? [$"Inference:MaxModels must be at least 1 but is {options.MaxModels}."] : Array.Empty<string>(),
            .. options.MaxWaiting < 1 ? [$"Inference:MaxWaiting must be at least 1 but is {options.MaxWaiting}."] : Array.Empty<string>(),
            .. options.IdleSeconds <= 0 || options.RequestSeconds <= 0 ? ["Inference:IdleSeconds and Inference:RequestSeconds must be above 0."] : Array.Empty<string>(),
            .. options.Threads < 0 ? [$"Inference:Threads must be 0 or more but is {options.Threads}."] : Array.Empty<string>(),
            .. options.MaxBytes is < 1024 or > (128 << 20) ? [$"Inference:MaxBytes must be 1024 to {128 << 20} but is {options.MaxBytes}."] : Array.Empty<string>(),
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
