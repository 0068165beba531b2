using System.IO.Compression;
using FedPortal.Tests.Support;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;

namespace FedPortal.Tests.EndToEnd.Stories;

/// <summary>In which form a hospital has its images.</summary>
internal enum Form
{
    DicomFolder,
    PictureFolder,
    PictureZip,
}

/// <summary>One of the five hospitals and its coordinator.</summary>
internal sealed record Hospital(int Number, string Name, string Code, string Person, Form Form)
{
    public const int Images = 15;

    public static IReadOnlyList<Hospital> All { get; } =
    [
        new(0, "Riverside Hospital", "riverside", "Rita Moreno", Form.DicomFolder),
        new(1, "Northfield General", "northfield", "Noah Berg", Form.PictureFolder),
        new(2, "Lakeside Clinic", "lakeside", "Lena Costa", Form.PictureZip),
        new(3, "Hill University Hospital", "hill", "Hugo Park", Form.PictureFolder),
        new(4, "Seaview Children's", "seaview", "Sara Klein", Form.PictureZip),
    ];

    public string Email => $"{Code}@hospital.test";

    public string DatasetName => $"{Name}, winter 2026";

    public string Password => $"{Number} winters of cold lungs 26";

    /// <summary>Writes its images, five of each class.</summary>
    /// <returns>A folder with one folder for each class, or a zip of it.</returns>
    public string WriteImages(string folder)
    {
        for (int i = 0; i < Images; i++)
        {
            var finding = (PhantomFinding)(i % 3);
            XrayImage image = PhantomGenerator.Generate(finding, PhantomStyle.All[Number], 32, (ulong)(1 + i + (100 * Number)));
            string place = Directory.CreateDirectory(Path.Combine(folder, Code, PhantomGenerator.LabelOf(finding))).FullName;
            string file = Path.Combine(place, $"image-{i}.{(Form == Form.DicomFolder ? "dcm" : "png")}");
            File.WriteAllBytes(file, Form == Form.DicomFolder ? DicomFile.Encode(image, $"P{i:000}") : GreyPng.Encode(image, isSynthetic: true));
        }

        string images = Path.Combine(folder, Code);
        if (Form == Form.PictureZip)
        {
            ZipFile.CreateFromDirectory(images, images + ".zip");
        }

        return Form == Form.PictureZip ? images + ".zip" : images;
    }
}
