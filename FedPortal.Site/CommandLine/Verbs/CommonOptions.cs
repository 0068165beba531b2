using System.CommandLine;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary>Options and arguments that several verbs share.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "print one JSON document with stable field names" };

    public static Option<string> Model() => new("--model") { HelpName = "FILE", Description = "a model that simulate --save wrote", Required = true };

    /// <exception cref="UsageException">Nothing is there.</exception>
    public static string Existing(string path, string option) =>
        Path.Exists(path) ? Path.GetFullPath(path) : throw new UsageException($"{option}: there is no file or folder {path}.");
}
