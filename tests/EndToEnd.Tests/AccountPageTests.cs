using Microsoft.Playwright;
using Xunit;

namespace Ax2.Tests;

/// <summary>A person whose mails come to the outbox page: from signing up to a new password, and out again.</summary>
public sealed class AccountPageTests(Stack stack, Browser browser)
{
    private const string NewPassword = "an even longer password";

    [Theory]
    [InlineData("en-US", "will be deleted")]
    [InlineData("ko-KR", "삭제돼요")]
    public async Task Person_VerifiesForgetsResetsSignsInAndLeaves(string locale, string leaving)
    {
        var email = $"p{Guid.CreateVersion7():N}@example.com";
        var page = await browser.NewPage(stack.Origin, locale);
        var faults = page.Faults();
        await page.SignUp(email);
        await Assertions.Expect(page.Locator("[role=note]")).ToBeVisibleAsync();
        await page.Shoot($"unverified-{locale}");

        await page.FollowMail(email, "/verify#", locale);
        await page.Shoot($"verify-{locale}");
        await page.ConfirmAddress();
        await Assertions.Expect(page.Locator("[role=note]")).ToHaveCountAsync(0);

        await page.ClickAsync("#header button.quiet");
        await page.ClickAsync(".account-switch:last-child button");
        await page.ClickAsync("#account-forgot");
        await page.FillAsync("#account-email", email);
        await page.ClickAsync("section.account button[type=submit]");
        await Assertions.Expect(page.Locator("section.account [role=status]")).ToBeVisibleAsync();
        await page.Shoot($"forgot-{locale}");

        await page.FollowMail(email, "/reset#", locale);
        Assert.DoesNotContain("ax2m_", page.Url, StringComparison.Ordinal);
        await page.FillAsync("#reset-password", "password1");
        await page.ClickAsync("main button[type=submit]");
        await Assertions.Expect(page.Locator("#reset-password-note.wrong")).ToBeVisibleAsync();
        await page.Shoot($"reset-{locale}");
        await page.FillAsync("#reset-password", NewPassword);
        await page.ClickAsync("main button[type=submit]");
        await page.ClickAsync("main a.button");

        await SignIn(page, email);
        await page.GotoAsync("/account");
        await Assertions.Expect(page.Locator("section[aria-labelledby=leave-title]")).ToBeVisibleAsync();
        await page.Shoot($"account-{locale}");
        await page.FillAsync("#leave-password", NewPassword);
        await page.ClickAsync("section[aria-labelledby=leave-title] button.danger");
        await SignIn(page, email);
        await Assertions.Expect(page.Locator("[role=note]")).ToContainTextAsync(leaving);
        await page.GotoAsync("/account");
        await page.ClickAsync("section[aria-labelledby=leave-title] button.primary");
        await Assertions.Expect(page.Locator("#leave-password")).ToBeVisibleAsync();
        Assert.Empty(faults);
    }

    private static async Task SignIn(IPage page, string email)
    {
        await page.ClickAsync(".account-switch:last-child button");
        await page.EnterAccount(email, NewPassword);
    }
}
