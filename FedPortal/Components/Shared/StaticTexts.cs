using System.Globalization;
using System.Resources;

namespace FedPortal.Components.Shared;

/// <summary>Texts for a static class, into which nothing can be injected: those of the resource file that is named as the class, in the language of whoever is being answered.</summary>
/// <param name="owner">The static class; <c>Words</c> reads <c>Words.resx</c> beside it.</param>
internal sealed class StaticTexts(Type owner)
{
    private readonly ResourceManager _texts = new(owner);

    /// <exception cref="MissingManifestResourceException">The file has no such text.</exception>
    public string this[string key] =>
        _texts.GetString(key, CultureInfo.CurrentUICulture) ?? throw new MissingManifestResourceException($"{_texts.BaseName} has no text '{key}'.");

    /// <summary>A sentence with values; numbers and dates are written the same in every language.</summary>
    /// <exception cref="MissingManifestResourceException">The file has no such text.</exception>
    public string this[string key, params object?[] values] => string.Format(CultureInfo.InvariantCulture, this[key], values);
}
