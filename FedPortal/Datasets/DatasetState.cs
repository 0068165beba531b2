namespace FedPortal.Datasets;

public enum DatasetState
{
    /// <summary>Images are being read, de-identified and stored.</summary>
    Importing,

    /// <summary>Stored, checked and split. Final.</summary>
    Ready,

    /// <summary>Nothing usable came in; <see cref="Dataset.FailureReason"/> says why. Final.</summary>
    Failed,
}

/// <summary>Where the images of a data set come from.</summary>
public enum DatasetSource
{
    /// <summary>A folder that the portal's machine can read: one folder for each class, or a manifest.csv.</summary>
    Folder,

    /// <summary>An uploaded zip file.</summary>
    Upload,

    /// <summary>The phantom generator. Synthetic.</summary>
    Phantoms,

    /// <summary>An earlier version, with labels, masks or removals that a person decided on.</summary>
    Revision,

    /// <summary>A hospital's own site program: the images never were at the portal.</summary>
    Site,
}

/// <summary>What a data set is for.</summary>
public enum DatasetPurpose
{
    /// <summary>An institution's own: its training part trains, its hold-out part evaluates.</summary>
    Institution,

    /// <summary>The consortium's: evaluates only.</summary>
    ConsortiumHoldout,
}
