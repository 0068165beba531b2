using FedPortal.Training.Aggregation;
using FedPortal.Training.Perturbation;

namespace FedPortal.Training.Decryption;

/// <summary>The opened and checked sum of a round.</summary>
/// <param name="Update">The weighted mean in the model's own units: all that the server optimiser may see.</param>
/// <param name="SumHash">SHA-256 of the integer sum (little-endian 32-bit words), 64 hexadecimal digits, for ledgers.</param>
/// <param name="QuantisationStep">Without noise every travelling value is within this of the mean of the clipped updates.</param>
/// <param name="LargestResidue">Largest encryption error over what would have made a value wrong; below 1.</param>
/// <param name="Noise">Whether the promised noise is in the sum; null where none was promised.</param>
/// <param name="Sketches">Whether the sketches belong to the sum; null in rounds without.</param>
public sealed record DecryptedAggregate(
    AggregatedUpdate Update, string SumHash, double QuantisationStep, double LargestResidue, SumNoiseCheck? Noise, SketchCheck? Sketches);
