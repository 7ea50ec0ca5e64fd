using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Ax2.Tests.Browser))]

namespace Ax2.Tests;

/// <summary>The system's Chromium, headless. Missing: skipped on a laptop, failed in continuous integration.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>How long a page may take to show what is expected of it: the machine may be busy.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } program)
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout((float)Timeout.TotalMilliseconds);
        // The driver is a Node program in the package; the browser is the machine's own.
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A fresh profile in the given language.</summary>
    public async Task<IPage> NewPage(Uri origin, string locale)
    {
        if (_browser is null)
        {
            const string message = "This test needs Chromium: install the package 'chromium', or set CHROMIUM_PATH.";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", message);
            Assert.Fail(message);
        }

        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = origin.ToString(),
            Locale = locale,
            ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
            AcceptDownloads = true,
        });
        // Two silos, a database and a browser share two cores here: speed is not what is tested.
        context.SetDefaultTimeout(120_000);
        return await context.NewPageAsync();
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } given)
        {
            return given;
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Names
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
