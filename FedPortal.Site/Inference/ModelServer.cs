using FedPortal.Training.Explanation;
using FedPortal.Training.Imaging;

namespace FedPortal.Site.Inference;

/// <summary>Answers one picture after the other. Files are decoded in a child process of this one; nothing of them is written anywhere.</summary>
internal sealed class ModelServer(ModelExplainer explainer, int maxBytes)
{
    public async Task RunAsync(Stream input, TextWriter output, CancellationToken cancellationToken)
    {
        await using var decoder = new XrayDecoder(new DecodeLimits { MaxFileBytes = maxBytes }, processCount: 1);
        await SayAsync(output, new ModelServiceReply { Ready = explainer.DeviceName }, cancellationToken);
        while (await ModelService.ReceiveAsync(input, maxBytes, cancellationToken) is { } file)
        {
            await SayAsync(output, await AnswerAsync(decoder, file, cancellationToken), cancellationToken);
        }
    }

    private async Task<ModelServiceReply> AnswerAsync(XrayDecoder decoder, byte[] file, CancellationToken cancellationToken)
    {
        DecodeOutcome outcome = await decoder.DecodeAsync(file.AsMemory(), cancellationToken);
        if (outcome.Image is not { } image)
        {
            return new ModelServiceReply { Refusal = outcome.Refusal };
        }

        try
        {
            return new ModelServiceReply { Answer = DrawnAnswer.Of(explainer.Answer(image)) };
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or InsufficientMemoryException or OutOfMemoryException)
        {
            return new ModelServiceReply { Failure = failure.Message.ReplaceLineEndings(" ") };
        }
    }

    private static async Task SayAsync(TextWriter output, ModelServiceReply reply, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync(ModelService.Write(reply).AsMemory(), cancellationToken);
        await output.FlushAsync(cancellationToken);
    }
}
