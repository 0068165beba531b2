using System.Buffers.Binary;
using System.Text.Json;
using FedPortal.Training.Imaging;
using FedPortal.Training.Protocol;

namespace FedPortal.Training.Explanation;

/// <summary>
/// What goes between a portal and the child process that holds a model. To the child: for each picture an int32 little-endian length and that many bytes of
/// the file as it came. From the child: one JSON line when it is ready, then one for each picture, in order. Other lines are a native library's talk.
/// </summary>
public static class ModelService
{
    /// <summary>The site program's verb.</summary>
    public const string Verb = "serve-model";

    /// <summary>Announces a picture to the child, then sends it.</summary>
    public static async Task SendAsync(Stream child, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, file.Length);
        await child.WriteAsync(length, cancellationToken).ConfigureAwait(false);
        await child.WriteAsync(file, cancellationToken).ConfigureAwait(false);
        await child.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <returns>The next picture's file; null at the end of the input.</returns>
    /// <exception cref="InvalidDataException">It is longer than allowed, or cut off.</exception>
    public static async Task<byte[]?> ReceiveAsync(Stream parent, int maxBytes, CancellationToken cancellationToken)
    {
        byte[] head = new byte[4];
        int read = await parent.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read == 0)
        {
            return null;
        }

        int length = read == head.Length ? BinaryPrimitives.ReadInt32LittleEndian(head) : -1;
        if (length < 0 || length > maxBytes)
        {
            throw new InvalidDataException($"Expected a length of 0 to {maxBytes} bytes but got {length}.");
        }

        byte[] file = new byte[length];
        await parent.ReadExactlyAsync(file, cancellationToken).ConfigureAwait(false);
        return file;
    }

    public static string Write(ModelServiceReply reply) => JsonSerializer.Serialize(reply, ProtocolJson.Options);

    /// <returns>Null for a line that is none of the protocol's.</returns>
    public static ModelServiceReply? TryRead(string line) =>
        line.StartsWith('{') ? JsonSerializer.Deserialize<ModelServiceReply>(line, ProtocolJson.Options) : null;
}

/// <summary>One line of the child. Exactly one part is there.</summary>
public sealed record ModelServiceReply
{
    /// <summary>What computes, in words: the child is ready.</summary>
    public string? Ready { get; init; }

    /// <summary>The file gave no picture.</summary>
    public DecodeRefusal? Refusal { get; init; }

    /// <summary>The model could not answer.</summary>
    public string? Failure { get; init; }

    public DrawnAnswer? Answer { get; init; }
}

/// <summary>A model's answer, with what a person is shown of it.</summary>
/// <param name="Logits">By class.</param>
/// <param name="Inputs">Statistics in the order of <see cref="InputStatistics.All"/>.</param>
/// <param name="ImageSize">Width and height of both pictures.</param>
/// <param name="Picture">What the network saw: grey PNG.</param>
/// <param name="Attention">Where it looked: PNG with opacity, to lay over it.</param>
public sealed record DrawnAnswer(float[] Logits, double[] Inputs, int ImageSize, byte[] Picture, byte[] Attention)
{
    public static DrawnAnswer Of(ModelAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return new DrawnAnswer(
            answer.Logits, [.. answer.Inputs.Values], answer.ImageSize,
            GreyLevels.ToPng(answer.Prepared, answer.ImageSize), AttentionPicture.Layer(answer.Attention, answer.ImageSize));
    }
}
