namespace FedPortal.Identity;

/// <summary>Makes "Firefox on Linux" of what a browser says about itself: enough to know one's own, too little to track anybody.</summary>
internal static class BrowserName
{
    // The order matters: Edge and Opera also say Chrome, Chrome also says Safari, Android also says Linux.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];

    private static readonly (string Mark, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    public static string Of(string userAgent) => $"{Find(Browsers, userAgent) ?? "a program"} on {Find(Systems, userAgent) ?? "an unknown system"}";

    private static string? Find((string Mark, string Name)[] known, string text) =>
        known.FirstOrDefault(entry => text.Contains(entry.Mark, StringComparison.Ordinal)).Name;
}
