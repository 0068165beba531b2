using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>What makes a readable image suspicious.</summary>
internal static class ImageDoubts
{
    private const int SmallSide = 64;
    private const double OddAspect = 2.5;
    private const float LowContrast = 0.05f;
    private const double Coloured = 0.06;
    private const int FewLevels = 24;
    private static readonly string[] Radiographs = ["CR", "DX", "DR", "RF", "RG", "XA", "OT", "SC"];

    public static IReadOnlyList<string> Of(DatasetItem item, ImageFingerprint fingerprint)
    {
        var doubts = new List<string>();
        ImageFacts facts = item.Facts;
        int shorter = Math.Min(item.Width, item.Height);
        int longer = Math.Max(item.Width, item.Height);
        void Note(bool applies, string doubt)
        {
            if (applies)
            {
                doubts.Add(doubt);
            }
        }

        Note(shorter < SmallSide, $"It is only {item.Width}×{item.Height} pixels.");
        Note(longer > OddAspect * shorter, $"Its shape, {item.Width}×{item.Height}, is not that of a chest radiograph.");
        Note(fingerprint.GreyLevels == 1, "Every pixel has the same value.");
        Note(fingerprint.GreyLevels > 1 && fingerprint.Contrast < LowContrast, "It has hardly any contrast.");
        Note(fingerprint.GreyLevels is > 1 and < FewLevels, $"It has only {fingerprint.GreyLevels} grey values.");
        Note(facts.Colourfulness > Coloured, "It is coloured; a radiograph is grey.");
        Note(facts.BurnedInAnnotation, "The file says that text is burned into the pixels; it can name the patient.");
        Note(facts.Modality is { } modality && !Radiographs.Contains(modality), $"Its modality, {facts.Modality}, is not radiography.");
        Note(facts.BodyPart is not (null or "CHEST" or "THORAX" or "LUNG" or "RIB"), $"Its body part, {facts.BodyPart}, is not the chest.");
        Note(facts.ViewPosition is "LL" or "RL", "It is a lateral view.");
        doubts.AddRange(facts.Notes);
        return doubts;
    }
}

/// <summary>What makes a data set as a whole suspicious.</summary>
internal static class DatasetDoubts
{
    private const int FewImages = 20;
    private const double Unbalanced = 10;

    public static IEnumerable<string> Of(
        DatasetItem[] items, IReadOnlyList<ImageCount> classes, DuplicateGroup[] exact, NearDuplicate[] near, IReadOnlyList<RejectedFile> rejected)
    {
        if (items.Any(item => item.IsSynthetic))
        {
            yield return $"{items.Count(item => item.IsSynthetic)} of {items.Length} images are synthetic.";
        }

        if (classes.Count == 1)
        {
            yield return $"All images are labelled {classes[0].Name}: nothing can be told apart.";
        }

        foreach (ImageCount few in classes.Where(one => one.Count < FewImages))
        {
            yield return $"The class {few.Name} has only {few.Count} {(few.Count == 1 ? "image" : "images")}.";
        }

        if (classes.Count > 1 && classes.Max(one => one.Count) > Unbalanced * classes.Min(one => one.Count))
        {
            yield return "The largest class has more than ten times the images of the smallest.";
        }

        int torn = items.Where(item => item.PatientKey is not null && item.Split is not null)
            .GroupBy(item => item.PatientKey).Count(group => group.Select(item => item.Split).Distinct().Count() > 1);
        int crossing = exact.Count(group => group.CrossesSplit) + near.Count(pair => pair.CrossesSplit);
        int contradictory = exact.Count(group => group.IsContradictory);
        if (torn > 0)
        {
            yield return $"{torn} patients are on both sides of the split.";
        }

        if (crossing > 0)
        {
            yield return $"{crossing} duplicates are on both sides of the split.";
        }

        if (contradictory > 0)
        {
            yield return $"{contradictory} groups of identical images carry different labels.";
        }

        if (rejected.Count > 0)
        {
            yield return $"{rejected.Count} files gave no image.";
        }
    }
}
