using System.Text.Json.Serialization;
using FedPortal.Training.Datasets.Phantoms;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>Where an engine gets one institution's images from.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "from")]
[JsonDerivedType(typeof(StoredImages), "store")]
[JsonDerivedType(typeof(PhantomImages), "phantoms")]
[JsonDerivedType(typeof(PooledImages), "pooled")]
internal abstract record ImageSource;

/// <summary>Images after intake: the store that holds them and the record that names those of this institution, each with its split.</summary>
internal sealed record StoredImages(string StorePath, string RecordPath) : ImageSource;

/// <summary>Synthetic images, drawn by the engine itself. The hold-out of the consortium is dealt to its institutions by hospital style.</summary>
/// <param name="Consortium">What to draw.</param>
/// <param name="Institution">Whose, from 0.</param>
internal sealed record PhantomImages(PhantomConsortiumOptions Consortium, int Institution) : ImageSource;

/// <summary>The images of several institutions as if they were one's: only where they are synthetic, or on one machine anyway.</summary>
internal sealed record PooledImages(IReadOnlyList<ImageSource> Sources) : ImageSource;
