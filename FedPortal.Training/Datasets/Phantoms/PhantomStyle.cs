namespace FedPortal.Training.Datasets.Phantoms;

/// <summary>What a radiograph shows.</summary>
public enum PhantomFinding
{
    NoFinding = 0,

    /// <summary>One or two focal opacities on one side.</summary>
    Pneumonia = 1,

    /// <summary>Several patchy opacities on both sides, near the chest wall.</summary>
    Covid19 = 2,
}

/// <summary>The habits of one hospital's X-ray room. They never depend on the finding.</summary>
/// <param name="Dose">Detected quanta per pixel without a patient.</param>
/// <param name="Gamma">Steepness of the display curve.</param>
/// <param name="Blur">Detector blur in pixels at 128 pixels a side.</param>
/// <param name="Marker">Side marker: 0 none, 1 upper right, 2 upper left.</param>
/// <param name="Collimation">Share of pictures with visible collimation.</param>
/// <param name="Bedside">Share of bedside pictures (AP): larger heart, higher diaphragm, more tubes.</param>
public sealed record PhantomStyle(float Dose, float Gamma, float Blur, int Marker, float Collimation, float Bedside)
{
    /// <summary>Five hospitals.</summary>
    public static IReadOnlyList<PhantomStyle> All { get; } =
    [
        new(4000, 1.00f, 0.5f, 0, 0.2f, 0.2f),
        new(1500, 0.85f, 0.9f, 1, 0.5f, 0.7f),
        new(2500, 1.15f, 0.4f, 2, 0.1f, 0.4f),
        new(6000, 1.00f, 0.3f, 0, 0.3f, 0.5f),
        new(1000, 1.25f, 1.1f, 1, 0.6f, 0.9f),
    ];
}
