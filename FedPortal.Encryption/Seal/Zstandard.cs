using System.Runtime.InteropServices;

namespace FedPortal.Encryption.Seal;

/// <summary>The few functions of the system's libzstd that SEAL's files need (zstd.h, stable since 1.4).</summary>
internal static partial class Zstandard
{
    private const string Library = "libzstd.so.1";

    // SEAL compresses with the library's default.
    private const int DefaultLevel = 3;

    // ZSTD_d_windowLogMax. The default level needs windows of 2²¹ bytes; a damaged frame must not ask for 2²⁷.
    private const int WindowLogMax = 100;
    private const int MaxWindowLog = 24;

    public static byte[] Compress(ReadOnlySpan<byte> plain)
    {
        byte[] packed = new byte[checked((int)Bound((nuint)plain.Length))];
        nuint size = Require(Compress(packed, (nuint)packed.Length, plain, (nuint)plain.Length, DefaultLevel), "compress");
        return packed.AsSpan(0, (int)size).ToArray();
    }

    public static unsafe byte[] Decompress(ReadOnlySpan<byte> packed, long maxBytes)
    {
        using var context = new Context();
        Require(SetParameter(context, WindowLogMax, MaxWindowLog), "set a window limit");
        using var plain = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        fixed (byte* source = packed, target = buffer)
        {
            var input = new Buffer { Data = source, Size = (nuint)packed.Length };
            nuint wanted = 1;
            bool outputWasFull = true;
            while (wanted != 0 && (input.Position < input.Size || outputWasFull))
            {
                var output = new Buffer { Data = target, Size = (nuint)buffer.Length };
                wanted = Require(DecompressStream(context, ref output, ref input), "decompress");
                outputWasFull = output.Position == output.Size;
                SealEnvelope.RequireRoom(plain.Length + (long)output.Position, maxBytes);
                plain.Write(buffer, 0, (int)output.Position);
            }

            if (wanted != 0 || input.Position < input.Size)
            {
                throw new SealFormatException(wanted != 0 ? "Expected a whole zstd frame but it is cut off." : "Expected one zstd frame but more bytes follow.");
            }
        }

        return plain.ToArray();
    }

    private static nuint Require(nuint result, string what) => IsError(result) == 0
        ? result
        : throw new SealFormatException($"zstd could not {what}: {Marshal.PtrToStringUTF8(ErrorName(result))}.");

    [LibraryImport(Library, EntryPoint = "ZSTD_compressBound")]
    private static partial nuint Bound(nuint sourceSize);

    [LibraryImport(Library, EntryPoint = "ZSTD_compress")]
    private static partial nuint Compress(Span<byte> destination, nuint capacity, ReadOnlySpan<byte> source, nuint sourceSize, int level);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint result);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint ErrorName(nuint result);

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    private static partial nint CreateContext();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    private static partial nuint FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_setParameter")]
    private static partial nuint SetParameter(Context context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    private static partial nuint DecompressStream(Context context, ref Buffer output, ref Buffer input);

    // ZSTD_inBuffer and ZSTD_outBuffer have the same layout.
    private unsafe struct Buffer
    {
        public byte* Data;
        public nuint Size;
        public nuint Position;
    }

    private sealed class Context : SafeHandle
    {
        public Context()
            : base(0, ownsHandle: true)
        {
            SetHandle(CreateContext());
            if (IsInvalid)
            {
                throw new InvalidOperationException("zstd has no memory for a decompression context.");
            }
        }

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle() => FreeContext(handle) == 0;
    }
}
