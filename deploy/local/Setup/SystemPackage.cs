namespace Ax2.Local;

/// <summary>
/// Something that comes from the system's package manager when the machine lacks it: the only things that set-up
/// installs outside the project's own folders.
/// </summary>
/// <param name="Packages">What holds it, by most package managers' names.</param>
/// <param name="Without">How to do without the installation, for a person.</param>
internal sealed record SystemPackage(string Name, Func<bool> IsPresent, string[] Packages, string Without)
{
    private static readonly string[] Browsers =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static readonly string[] FontFolders =
    [
        "/usr/share/fonts", "/usr/local/share/fonts", InHome(".fonts"), InHome(".local/share/fonts"),
    ];

    /// <summary>Parts of file names of fonts with Korean letters.</summary>
    private static readonly string[] KoreanFonts = ["cjk", "nanum"];

    public static readonly SystemPackage Ffmpeg = new(
        "ffmpeg",
        () => OnPath("ffmpeg") is not null && OnPath("ffprobe") is not null,
        ["ffmpeg"],
        "put an ffmpeg and an ffprobe of your own on the PATH")
    {
        IsRequired = true,
        OtherNames = new Dictionary<string, string[]> { ["dnf"] = ["ffmpeg-free"] },
    };

    /// <summary>Fetches what goes into AX2_HOME; nothing that runs later needs it.</summary>
    public static readonly SystemPackage Npm = new(
        "npm", () => OnPath("npm") is not null, ["nodejs", "npm"], "put an npm of your own on the PATH")
    {
        IsRequired = true,
        OtherNames = new Dictionary<string, string[]> { ["brew"] = ["node"] },
    };

    public static readonly SystemPackage Chromium = new(
        "chromium",
        () => FindBrowser() is not null,
        ["chromium"],
        "set CHROMIUM_PATH to a Chromium or Chrome; else the browser's tests are skipped")
    {
        OtherNames = new Dictionary<string, string[]> { ["brew"] = [] },
    };

    public static readonly SystemPackage KoreanFont = new(
        "a Korean font", HasKoreanFont, ["fonts-noto-cjk"], "install any; else the browser draws boxes for letters")
    {
        OtherNames = new Dictionary<string, string[]>
        {
            ["dnf"] = ["google-noto-sans-cjk-fonts"],
            ["apk"] = ["font-noto-cjk"],
            ["pacman"] = ["noto-fonts-cjk"],
            ["zypper"] = ["google-noto-sans-cjk-fonts"],
        },
    };

    /// <summary>What the tests use beyond what the product needs.</summary>
    public static readonly IReadOnlyList<SystemPackage> OfTests = [Chromium, KoreanFont];

    /// <summary>Nothing works without it; else only some tests need it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>By package manager, where the names differ; an empty list means that it has none.</summary>
    public IReadOnlyDictionary<string, string[]> OtherNames { get; init; } = new Dictionary<string, string[]>();

    public IEnumerable<string> PackagesOf(PackageManager manager) =>
        OtherNames.GetValueOrDefault(manager.Program, Packages);

    /// <summary>CHROMIUM_PATH, or the first browser on the PATH.</summary>
    public static string? FindBrowser() =>
        Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } given
            ? given
            : Browsers.Select(OnPath).FirstOrDefault(path => path is not null);

    public static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private static bool HasKoreanFont() => OperatingSystem.IsMacOS() || FontFolders
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(
            folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
        .Any(file => KoreanFonts.Any(
            part => Path.GetFileName(file).Contains(part, StringComparison.OrdinalIgnoreCase)));

    private static string InHome(string folder) =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), folder);
}
