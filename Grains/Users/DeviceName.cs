namespace Ax2.Users;

/// <summary>A name for a device that its owner knows it by, from what the client calls itself. Pure.</summary>
internal static class DeviceName
{
    private const int MaxLength = 60;

    /// <summary>More exact names first: every browser also calls itself by those that it descends from.</summary>
    private static readonly (string Sign, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Whale/", "Whale"), ("SamsungBrowser/", "Samsung Internet"),
        ("KAKAOTALK", "KakaoTalk"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Sign, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    /// <summary>Empty when the client said nothing.</summary>
    internal static string Of(string userAgent)
    {
        var browser = Find(Browsers, userAgent);
        var system = Find(Systems, userAgent);
        if (browser is not null)
        {
            return system is null ? browser : $"{browser} on {system}";
        }

        var first = new string([.. userAgent.TakeWhile(c => !char.IsWhiteSpace(c) && !char.IsControl(c))]);
        return first.Length > MaxLength ? first[..MaxLength] : first;
    }

    private static string? Find((string Sign, string Name)[] known, string userAgent) =>
        known.FirstOrDefault(k => userAgent.Contains(k.Sign, StringComparison.OrdinalIgnoreCase)).Name;
}
