namespace FedPortal.Components.Shared;

/// <summary>The mood of a badge or notice; its colour comes from the style sheet.</summary>
public enum Tone
{
    Quiet,
    Active,
    Good,
    Warn,
    Bad,
}
