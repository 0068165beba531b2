using System.CommandLine;
using System.Globalization;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary>Options and arguments that several verbs share.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "print one JSON document with stable field names" };

    public static Option<string> Model() => new("--model") { HelpName = "FILE", Description = "a model that simulate --save wrote", Required = true };

    /// <summary>A whole number in a range; null when it is not given.</summary>
    public static Option<int?> Number(string name, string helpName, int least, int most, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most)
            {
                return value;
            }

            result.AddError($"{name}: expected a whole number from {least} to {most} but got {result.Tokens[0].Value}.");
            return null;
        },
    };

    /// <summary>A number above 0; null when it is not given.</summary>
    public static Option<double?> PositiveNumber(string name, string helpName, double most, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && value <= most)
            {
                return value;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: expected a number above 0 and at most {most} but got {result.Tokens[0].Value}."));
            return null;
        },
    };

    /// <summary>A number in a range; null when it is not given.</summary>
    public static Option<double?> NumberBetween(string name, string helpName, double least, double most, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most)
            {
                return value;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: expected a number from {least} to {most} but got {result.Tokens[0].Value}."));
            return null;
        },
    };

    /// <summary>One of some words; null when it is not given.</summary>
    public static Option<string?> OneOf(string name, string description, IReadOnlyList<string> values)
    {
        var option = new Option<string?>(name) { HelpName = string.Join("|", values), Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !values.Contains(result.Tokens[0].Value))
            {
                result.AddError($"{name}: expected one of {string.Join(", ", values)} but got {result.Tokens[0].Value}.");
            }
        });
        return option;
    }

    /// <summary>Whether an option stands on the command line.</summary>
    public static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>The first of some options that was given, or null.</summary>
    public static Option? FirstGiven(ParseResult parsed, IEnumerable<Option> options) => options.FirstOrDefault(option => IsGiven(parsed, option));

    /// <exception cref="UsageException">Several of some options were given that exclude each other.</exception>
    public static void RequireAtMostOne(ParseResult parsed, params Option[] options)
    {
        if (options.Count(option => IsGiven(parsed, option)) > 1)
        {
            throw new UsageException($"{string.Join(" and ", options.Where(option => !option.Hidden).Select(option => option.Name))}: expected at most one of them.");
        }
    }

    /// <returns>The whole path of a file to write. Better now than after the work.</returns>
    /// <exception cref="UsageException">Its folder is not there.</exception>
    public static string Writable(string path, string option)
    {
        string whole = Path.GetFullPath(path);
        string? folder = Path.GetDirectoryName(whole);
        return Directory.Exists(folder) ? whole : throw new UsageException($"{option}: there is no folder {folder}.");
    }

    /// <exception cref="UsageException">Nothing is there.</exception>
    public static string Existing(string path, string option) =>
        Path.Exists(path) ? Path.GetFullPath(path) : throw new UsageException($"{option}: there is no file or folder {path}.");
}
