using Microsoft.Playwright;

namespace Ax2.Tests;

/// <summary>What a person does on the pages in more than one test.</summary>
internal static class PersonSteps
{
    private const string Password = "a long enough password";
    private static readonly string? Shots = Environment.GetEnvironmentVariable("AX2_SCREENSHOTS");

    public static async Task SignUp(this IPage page, string email)
    {
        await page.GotoAsync("/");
        await page.EnterAccount(email, Password);
    }

    /// <summary>In the form that is shown: of signing up, or of signing in.</summary>
    public static async Task EnterAccount(this IPage page, string email, string password)
    {
        await page.FillAsync("#account-email", email);
        await page.FillAsync("#account-password", password);
        await page.ClickAsync("section.account button[type=submit]");
        await Assertions.Expect(page.Locator(".dropzone")).ToBeVisibleAsync();
    }

    /// <summary>What the page's scripts throw from now on.</summary>
    public static List<string> Faults(this IPage page)
    {
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);
        return faults;
    }

    /// <summary>
    /// A mail comes a moment after what it is about: the page is looked at again until it is there.
    /// </summary>
    public static async Task FollowMail(this IPage page, string email, string link, string locale)
    {
        await page.GotoAsync("/dev/outbox");
        var mail = page.Locator("article.mail", new() { HasText = email })
            .Locator($"a.mail-link[href*='{link}']").First;
        while (true)
        {
            try
            {
                await mail.WaitForAsync(new() { Timeout = 2_000 });
                break;
            }
            catch (TimeoutException)
            {
                await page.ReloadAsync();
            }
        }

        await page.Shoot($"outbox-{locale}");
        await mail.ClickAsync();
        await Assertions.Expect(page.Locator("main form")).ToBeVisibleAsync();
    }

    /// <summary>On the page that the mail's link leads to.</summary>
    public static async Task ConfirmAddress(this IPage page)
    {
        await page.ClickAsync("main button[type=submit]");
        await page.ClickAsync("main a.button");
        await Assertions.Expect(page.Locator(".dropzone")).ToBeVisibleAsync();
    }

    /// <summary>A picture for people, when AX2_SCREENSHOTS names a folder.</summary>
    public static Task Shoot(this IPage page, string name, bool isWhole = true) => Shots is null
        ? Task.CompletedTask
        : page.ScreenshotAsync(new() { Path = Path.Combine(Shots, $"{name}.png"), FullPage = isWhole });
}
