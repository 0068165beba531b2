namespace FedPortal.Training.Comparison;

/// <summary>The methods of a comparison, in the order of its table.</summary>
public static class ComparedMethods
{
    public const string Centralised = "centralised";
    public const string LocalOnly = "local";
    public const string Conventional = "fedavg";
    public const string Distilled = "distillation";
    public const string Personalised = "pppml-hmi";
    public const string EfficientNet = "efficientnet";
    public const string AsPublished = "published";
    public const string Protected = "protected";
    public const string PrivateHead = "private-head";

    /// <summary>Where the published protection and its figures come from.</summary>
    private const string Paper = "Gomathi and others, Stochastic Poisson-embedded privacy framework for federated learning with secure homomorphic encryption in medical AI, Scientific Reports 2026, doi:10.1038/s41598-026-41469-4";

    public static IReadOnlyList<MethodDescription> All { get; } =
    [
        new(
            Centralised,
            "Centralised",
            MethodKind.Anchor,
            "All images in one place, trained as one institution. Possible here because the images are synthetic, or all hosted on one machine.",
            "Every image.",
            "It is what federated learning exists to avoid.",
            []),
        new(
            LocalOnly,
            "Local only",
            MethodKind.Anchor,
            "Every institution trains alone and predicts its own hold-out; nothing is exchanged.",
            "Nothing.",
            "An institution with few images, or without one of the classes, stays with what it has. The attack is on each institution's own model, as if it were handed out.",
            []),
        new(
            Conventional,
            "Conventional FL",
            MethodKind.Anchor,
            "FedAvg (McMahan and others 2017): the mean of local models, weighted by examples, added in the clear.",
            "Every institution's update in the clear.",
            "Images can be reconstructed from single updates.",
            []),
        new(
            Distilled,
            "FL with offline knowledge distillation",
            MethodKind.Published,
            "Every institution trains a teacher once, offline, for as many epochs as the others have in all rounds. Teachers label public images softly (here: synthetic ones that everyone has); the mean of the soft labels is distilled into a student "
                + "with T²·KL (Hinton and others 2015). One-way and offline as Gong and others 2022 have it; the mean of soft labels is that of FedMD (Li and Wang 2019) and FedDF (Lin and others 2020).",
            "Soft labels of public images by every institution.",
            "It needs public images that look like the private ones. Where they do not, the student learns little: no number of rounds mends that.",
            [
                new("accuracy", null, "the abstract prints none", "not stated in the abstract", "Gong and others, Federated learning with privacy-preserving ensemble attention distillation, IEEE Transactions on Medical Imaging 2022, doi:10.1109/TMI.2022.3213244: only the abstract was read, and it prints no figure"),
                new("accuracy", "89.74 %", "COVID-19 images, unequal classes; several teachers, a student of 2.5 MB", "not stated in the abstract", "Annan and others, Efficient federated learning with multi-teacher knowledge distillation for COVID-19 detection, 2024 (FL-MTKD; a relative, not the same method)"),
            ]),
        new(
            Personalised,
            "PPPML-HMI",
            MethodKind.Published,
            "Per-FedAvg (Fallah and others 2020): each local step takes an inner step on one batch and moves the model by the gradient that another batch gives after it; every institution fine-tunes the shared model for one epoch before it predicts. "
                + "Updates go round a ring: the first institution adds a mask and encrypts with CKKS (N = 8192), the others add theirs, the first takes the mask off and decrypts. "
                + "The published program uses Adam in the inner step and normal masks of deviation 10⁴ in float32; here the inner step is plain gradient descent, as the proof has it, and masks are uniform and cryptographic.",
            "There is no server. Institutions see masked ciphertexts of running sums, and the mean.",
            "All institutions share one secret key. With two institutions each can subtract its own update from the sum. The two neighbours of any institution but the first learn its update together.",
            [
                new("accuracy", null, "RAD-ChestCT (healthy or not)", "not found", "Zhou and others, Personalized and privacy-preserving federated heterogeneous medical image analysis with PPPML-HMI, Computers in Biology and Medicine 169 (2024) 107861, arXiv:2302.11571: abstract and program were read, neither prints it"),
                new("higher mean Dice than conventional FL", "about 5 %", "segmentation of COVID-19 lung infections in CT", "not stated in the abstract", "the same, abstract"),
            ]),
        new(
            EfficientNet,
            "EfficientNet-B0 with FedAvg",
            MethodKind.Published,
            "FedAvg in the clear as above, with torchvision's EfficientNet-B0 (Tan and Le 2019) from random weights in place of the ResNet.",
            "Every institution's update in the clear.",
            "BatchNorm's statistics are averaged too, which suffers where hospitals differ, and a network of this depth needs more steps from random weights than a small comparison has.",
            [
                new("accuracy", "81.218 %", "Brain Tumor Classification (MRI)", "not stated in the parts that were read", "Chen, Federated learning-based EfficientNet in brain tumor classification, SciTePress 2024, paper 129509"),
            ]),
        new(
            AsPublished,
            "Ours as published",
            MethodKind.Published,
            "The method this portal grew from, as far as its sources say: FedAvg over ResNet-50, Poisson noise on the update, CKKS encryption, addition by the server. "
                + "Not stated there, and chosen here: rate and scale of the noise, the ring (N = 8192, as in PPPML-HMI), and who holds the key (here the institutions share one and the server has none, which is the kinder reading).",
            "Ciphertexts; and every update in the clear as soon as one institution gives it the key.",
            "Centred Poisson noise on real values gives no differential privacy: the fraction of every scaled value can be read off. One key for all opens single updates.",
            [
                new("accuracy", "99.6 %", "chest X-rays, COVID-19 or normal", "60 images", Paper + ", as this project's design quotes it"),
                new("a round", "220 s", "the same", "60 images", Paper + ", as this project's design quotes it"),
            ]),
        new(
            Protected,
            "Ours, sound",
            MethodKind.Ours,
            "The protected rounds of this portal: clipping, Skellam noise on a lattice, one-time keys, encrypted sums that only enough institutions together can open, screening by sketches.",
            "Ciphertexts, sketches, and the sum.",
            "The small noise of a full network hides no patient: ε is printed as it is. What protects single updates is the encryption.",
            []),
        new(
            PrivateHead,
            "Ours, private head (ε = 4)",
            MethodKind.Ours,
            "A frozen network trained on synthetic images, a public projection to 32 features, and a linear head trained under distributed Skellam noise for each patient; encrypted sums.",
            "Noisy sums of clipped gradients, opened only as a sum.",
            "Accuracy is limited by what the frozen network sees. On synthetic images this row flatters: the frozen network was trained on images of the same kind (other ones, from other seeds).",
            []),
    ];

    /// <summary>In the order of <see cref="All"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(method => method.Name)];

    /// <exception cref="ArgumentException">No method has that name.</exception>
    public static MethodDescription Of(string name) =>
        All.FirstOrDefault(method => method.Name == name) ?? throw new ArgumentException($"Expected one of {string.Join(", ", Names)} but got {name}.", nameof(name));
}
