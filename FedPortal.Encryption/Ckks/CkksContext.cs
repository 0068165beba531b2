using System.Collections.ObjectModel;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.Ckks;

/// <summary>Parameters with everything that is computed from them once: transforms, levels, inverses. Immutable; share it between threads.</summary>
public sealed class CkksContext
{
    private readonly Modulus[] _moduli;
    private readonly NegacyclicNtt[] _transforms;
    private readonly ulong[,] _inverses;
    private readonly Dictionary<ParametersId, CkksLevel> _levels;

    public CkksContext(CkksParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        _moduli = [.. parameters.CoeffModulus.Select(q => new Modulus(q))];
        _transforms = [.. _moduli.Select(modulus => new NegacyclicNtt(parameters.PolyModulusDegree, modulus))];
        _inverses = Inverses(_moduli);
        CkksLevel[] levels = [.. Enumerable.Range(1, _moduli.Length).Reverse().Select(primes => new CkksLevel(this, primes))];
        Levels = levels.AsReadOnly();
        KeyLevel = levels[0];
        FirstDataLevel = levels[levels.Length > 1 ? 1 : 0];
        _levels = levels.ToDictionary(level => level.Id);
    }

    public CkksParameters Parameters { get; }

    /// <summary>N.</summary>
    public int Degree => Parameters.PolyModulusDegree;

    /// <summary>N/2.</summary>
    public int SlotCount => Degree / 2;

    /// <summary>From the key level down to one prime.</summary>
    public ReadOnlyCollection<CkksLevel> Levels { get; }

    /// <summary>All primes; keys live here.</summary>
    public CkksLevel KeyLevel { get; }

    /// <summary>Without the special prime; fresh ciphertexts live here. With one prime only it is the key level.</summary>
    public CkksLevel FirstDataLevel { get; }

    /// <returns>The level with this id, or null when the id belongs to other parameters.</returns>
    public CkksLevel? FindLevel(ParametersId id) => _levels.GetValueOrDefault(id);

    internal Modulus Modulus(int prime) => _moduli[prime];

    internal NegacyclicNtt Transform(int prime) => _transforms[prime];

    /// <returns>1/q_of mod q_modulo.</returns>
    internal ulong InverseOf(int of, int modulo) => _inverses[of, modulo];

    private static ulong[,] Inverses(Modulus[] moduli)
    {
        ulong[,] inverses = new ulong[moduli.Length, moduli.Length];
        for (int of = 0; of < moduli.Length; of++)
        {
            for (int modulo = 0; modulo < moduli.Length; modulo++)
            {
                inverses[of, modulo] = of == modulo ? 0 : moduli[modulo].Inverse(moduli[modulo].Reduce(moduli[of].Value));
            }
        }

        return inverses;
    }
}
