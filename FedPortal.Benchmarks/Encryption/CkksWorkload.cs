using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;

namespace FedPortal.Benchmarks.Encryption;

/// <summary>What one thread needs to run every step again and again.</summary>
internal sealed class CkksWorkload : IDisposable
{
    private const int Clients = 5;

    private static readonly double Scale = Math.ScaleB(1, 40);

    private readonly SecretKey _key;
    private readonly CkksEncoder _encoder;
    private readonly PublicKeyEncryptor _public;
    private readonly SymmetricEncryptor _symmetric;
    private readonly double[] _values;
    private readonly double[] _decoded;
    private readonly Plaintext _plaintext;
    private readonly Plaintext _decrypted;
    private readonly Ciphertext _ciphertext;
    private readonly SeededCiphertext _seeded;
    private readonly Ciphertext[] _clients;
    private readonly Ciphertext _sum;

    public CkksWorkload(SecretKey key, PublicKey publicKey, int seed)
    {
        CkksContext context = key.Level.Context;
        _key = key;
        _encoder = new CkksEncoder(context);
        _public = new PublicKeyEncryptor(publicKey);
        _symmetric = new SymmetricEncryptor(key);
        var random = new Random(seed);
        _values = [.. Enumerable.Range(0, context.SlotCount).Select(_ => random.NextDouble() - 0.5)];
        _decoded = new double[context.SlotCount];
        _plaintext = _encoder.EncodeSlots(_values, Scale);
        _decrypted = new Plaintext(context.FirstDataLevel);
        _ciphertext = _public.Encrypt(_plaintext);
        _seeded = _symmetric.EncryptSeeded(_plaintext);
        _clients = [.. Enumerable.Range(0, Clients).Select(_ => _public.Encrypt(_plaintext))];
        _sum = _public.Encrypt(_plaintext);
        CkksDecryptor.Decrypt(_key, _sum, _decrypted);
    }

    public static CkksStep[] Steps { get; } =
    [
        new("encode", 2, workload => workload._encoder.EncodeSlots(workload._values, Scale, workload._plaintext)),
        new("encrypt, public", 3, workload => workload._public.Encrypt(workload._plaintext, workload._ciphertext)),
        new("encrypt, seeded+save", 3, workload => workload.EncryptSeededAndSave()),
        new("add five", 2 * (Clients + 1), workload => workload.AddFive()),
        new("decrypt", 3, workload => CkksDecryptor.Decrypt(workload._key, workload._sum, workload._decrypted)),
        new("decode", 2, workload => workload._encoder.DecodeSlots(workload._decrypted, workload._decoded)),
    ];

    public void Dispose()
    {
        _public.Dispose();
        _symmetric.Dispose();
    }

    private void EncryptSeededAndSave()
    {
        _symmetric.EncryptSeeded(_plaintext, _seeded);
        SealCiphertextFile.Write(_seeded);
    }

    // As SEAL's figure counts it: four additions of five ciphertexts, in place.
    private void AddFive()
    {
        for (int client = 1; client < Clients; client++)
        {
            CkksEvaluator.AddTo(_clients[0], _clients[client]);
        }
    }
}
