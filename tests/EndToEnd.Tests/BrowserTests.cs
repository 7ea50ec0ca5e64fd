using Ax2.TestKit.Speech;
using Microsoft.Playwright;
using Xunit;

namespace Ax2.Tests;

/// <summary>A person at the page: from signing up to a caption file in the downloads folder.</summary>
public sealed class BrowserTests(Stack stack, Browser browser) : IDisposable
{
    private const string Words = "prudently in his power";
    private readonly string _folder = Directory.CreateTempSubdirectory("ax2-browser-").FullName;

    [Theory]
    [InlineData("en-US", "en", "Captions that follow the voice.")]
    [InlineData("ko-KR", "ko", "목소리를 따라가는 자막.")]
    public async Task Page_OfAStranger_SpeaksTheBrowsersLanguage(string locale, string language, string title)
    {
        var page = await browser.NewPage(stack.Origin, locale);

        await page.GotoAsync("/");

        await Assertions.Expect(page.GetByText(title)).ToBeVisibleAsync();
        Assert.Equal(language, await page.Locator("html").GetAttributeAsync("lang"));
        await page.Shoot($"welcome-{language}", isWhole: false);
    }

    [Fact]
    public async Task Person_SignsUpUploadsWatchesPlaysAndDownloads()
    {
        var page = await browser.NewPage(stack.Origin, "en-US");
        var faults = page.Faults();
        page.Console += (_, message) => Note(message, faults);
        await SignUp(page);

        await page.SetInputFilesAsync("input[type=file]", await SampleVideo.Make(_folder, times: 6));
        await page.Locator("form.order button[type=submit]:enabled").ClickAsync();
        await page.WaitForURLAsync("**/jobs/*", new() { WaitUntil = WaitUntilState.Commit });
        await page.ReloadAsync();
        var video = page.Locator("video");
        await Assertions.Expect(video).ToBeVisibleAsync(new() { Timeout = 120_000 });

        await SeeCaptionOnTheVideo(page);
        await page.Shoot("job-done", isWhole: false);
        await AssertDownload(page);
        await page.GotoAsync("/");
        await Assertions.Expect(page.Locator("a[href^='/jobs/']").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#header")).ToContainTextAsync("584");
        await page.Shoot("home", isWhole: false);
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Page_NotMedia_SaysSoInThePersonsLanguage()
    {
        var page = await browser.NewPage(stack.Origin, "ko-KR");
        await SignUp(page);
        var notes = Path.Combine(_folder, "notes.mp4");
        await File.WriteAllTextAsync(notes, "these are notes and not a film");

        await page.SetInputFilesAsync("input[type=file]", notes);

        var alert = page.Locator("[role=alert]:visible");
        await Assertions.Expect(alert).ToBeVisibleAsync();
        Assert.Matches("[가-힣]", await alert.InnerTextAsync());
        await page.Shoot("not-media-ko", isWhole: false);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Person_SeesTheDevice_MakesAKeyThatIsShownOnce_AndSignsOut()
    {
        var page = await browser.NewPage(stack.Origin, "en-US");
        await SignUp(page);
        await page.GotoAsync("/account");
        await Assertions.Expect(page.GetByText("This device")).ToBeVisibleAsync();

        await page.FillAsync("#key-name", "nightly");
        await page.ClickAsync("section[aria-labelledby=keys-title] button[type=submit]");
        var secret = page.Locator("section[aria-labelledby=keys-title] .secret");
        await Assertions.Expect(secret).ToContainTextAsync("ax2k_");
        var key = await secret.InnerTextAsync();
        await page.Shoot("account", isWhole: false);
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByText("nightly")).ToBeVisibleAsync();
        Assert.DoesNotContain(key, await page.ContentAsync(), StringComparison.Ordinal);

        await page.ClickAsync("section[aria-labelledby=devices-title] .record button");
        await Assertions.Expect(page.GetByText("Captions that follow the voice.")).ToBeVisibleAsync();
    }

    private static Task SignUp(IPage page) => page.SignUp($"p{Guid.CreateVersion7():N}@example.com");

    /// <summary>The browser itself says which cue it draws at a place where the words are known.</summary>
    private static async Task SeeCaptionOnTheVideo(IPage page)
    {
        await page.WaitForFunctionAsync(
            "() => document.querySelector('video').textTracks[0]?.cues?.length > 0");
        await page.EvaluateAsync(
            """
            words => {
              const video = document.querySelector('video');
              const cue = [...video.textTracks[0].cues].find(c => c.text.replaceAll('\n', ' ').includes(words));
              video.currentTime = (cue.startTime + cue.endTime) / 2;
            }
            """,
            Words);
        await page.WaitForFunctionAsync(
            """
            words => [...(document.querySelector('video').textTracks[0].activeCues ?? [])]
              .some(cue => cue.text.replaceAll('\n', ' ').includes(words))
            """,
            Words);
        Assert.Equal("showing", await page.EvaluateAsync<string>("document.querySelector('video').textTracks[0].mode"));
    }

    private async Task AssertDownload(IPage page)
    {
        var download = await page.RunAndWaitForDownloadAsync(
            () => page.GetByText("SRT", new() { Exact = true }).ClickAsync());
        Assert.Equal("talk.en.srt", download.SuggestedFilename);
        var path = Path.Combine(_folder, "downloaded.srt");
        await download.SaveAsAsync(path);
        var spoken = string.Join(' ', Enumerable.Repeat(SampleVideo.Words, 6));
        Assert.True(WordErrorRate.Of(spoken, SampleVideo.TextOf(await File.ReadAllTextAsync(path))) <= 0.05);
    }

    private static void Note(IConsoleMessage message, List<string> faults)
    {
        // A stranger's page asks who is signed in and is told nobody: the browser logs that answer by itself.
        if (message.Type == "error" && !message.Text.Contains("401", StringComparison.Ordinal))
        {
            faults.Add(message.Text);
        }
    }
}
