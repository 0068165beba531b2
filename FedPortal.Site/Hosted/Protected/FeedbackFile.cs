using System.Runtime.InteropServices;
using FedPortal.Training.Compression;
using FedPortal.Training.Learning;
using FedPortal.Training.Protection;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted.Protected;

/// <summary>What of this site's updates has not travelled yet, kept at the site from round to round: float32 values in the order of the layout.</summary>
internal sealed class FeedbackFile(SiteHome home, AssignmentMessage assignment)
{
    private readonly string _path = home.FeedbackFile(assignment.Binding.StudyId);
    private ErrorFeedback? _waiting;

    /// <summary>The update with all that waited; the update itself where everything travels or the study keeps nothing.</summary>
    public ModelUpdate AddTo(ModelUpdate update, RoundProtection protection)
    {
        if (!protection.Encryption.Compression.FeedsBack)
        {
            return update;
        }

        _waiting = new ErrorFeedback(update.Layout);
        if (File.Exists(_path))
        {
            _waiting.Restore(MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(_path)));
        }

        return _waiting.Apply(update, protection.Shape);
    }

    public void Save()
    {
        if (_waiting is not null)
        {
            PrivateFile.Write(_path, MemoryMarshal.AsBytes(_waiting.Waiting.Span));
        }
    }
}
