namespace FedPortal.Training.Explanation;

/// <summary>
/// One number about a picture as the network sees it. p is the grey value from 0 (black) to 1 (white). The names are part of stored references: never rename.
/// </summary>
public enum InputStatistic
{
    /// <summary>Mean of p.</summary>
    Brightness,

    /// <summary>Standard deviation of p.</summary>
    Contrast,

    /// <summary>Mean distance of a pixel from the mean of its four neighbours, over the contrast: noise is high, blur is low.</summary>
    Sharpness,

    /// <summary>Correlation of the picture with its mirror image, left for right. A chest from the front is nearly symmetric.</summary>
    Symmetry,

    /// <summary>Share of the variance that is between blocks of one eighth of the side: noise has none, a chest has most of it.</summary>
    CoarseStructure,

    /// <summary>Mean of the middle third of the columns minus that of the thirds beside it, in the middle half of the rows: the mediastinum is brighter than the lungs.</summary>
    CentreDifference,

    /// <summary>Mean of the outer eighth minus mean of the rest.</summary>
    BorderDifference,

    /// <summary>Mean of the lower half minus mean of the upper half: the belly is brighter than the shoulders.</summary>
    LowerDifference,

    /// <summary>Share of pixels below 0.02: padding, collimation, air.</summary>
    BlackShare,

    /// <summary>ln Σ exp(logit), the free energy of the answer with its sign turned (Liu et al. 2020): low where the network recognises nothing.</summary>
    Energy,
}
