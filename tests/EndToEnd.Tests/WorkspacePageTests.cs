using Microsoft.Playwright;
using Xunit;

namespace Ax2.Tests;

/// <summary>A person who makes a workspace for a team, names it and invites somebody.</summary>
public sealed class WorkspacePageTests(Stack stack, Browser browser)
{
    private const string Name = "자막 팀 <b>one</b>";
    private static readonly string? Shots = Environment.GetEnvironmentVariable("AX2_SCREENSHOTS");

    [Theory]
    [InlineData("en-US")]
    [InlineData("ko-KR")]
    public async Task Owner_MakesRenamesAndInvites_AndNamesAreShownAsText(string locale)
    {
        var owner = $"o{Guid.CreateVersion7():N}@example.com";
        var guest = $"g{Guid.CreateVersion7():N}@example.com";
        var page = await browser.NewPage(stack.Origin, locale);
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);
        await page.GotoAsync("/");
        await page.FillAsync("#account-email", owner);
        await page.FillAsync("#account-password", "a long enough password");
        await page.ClickAsync("section.account button[type=submit]");
        await Assertions.Expect(page.Locator(".dropzone")).ToBeVisibleAsync();

        await AccountPageTests.FollowMail(page, owner, "/verify#", locale);
        await page.ClickAsync("main button[type=submit]");
        await page.ClickAsync("main a.button");
        await Assertions.Expect(page.Locator(".dropzone")).ToBeVisibleAsync();

        await page.GotoAsync("/workspaces");
        await page.FillAsync("#make-name", "Team");
        await page.PressAsync("#make-name", "Enter");
        await Assertions.Expect(page.Locator("section[aria-labelledby=members-title] li")).ToHaveCountAsync(1);
        await page.FillAsync("#rename-name", Name);
        await page.PressAsync("#rename-name", "Enter");
        await Assertions.Expect(page.Locator("section[aria-labelledby=workspaces-title] strong.file-name"))
            .ToContainTextAsync([Name]);
        await page.FillAsync("#invite-email", guest);
        await page.SelectOptionAsync("#invite-role", "viewer");
        await page.PressAsync("#invite-email", "Enter");
        await Assertions.Expect(page.Locator("section[aria-labelledby=invitations-title] li"))
            .ToContainTextAsync([guest]);
        await Shoot(page, $"workspaces-{locale}");

        await page.PressAsync("#make-name", "Enter");
        await Assertions.Expect(page.Locator("#make-name-note.wrong")).ToBeVisibleAsync();
        Assert.Empty(faults);
    }

    /// <summary>A picture for people, when AX2_SCREENSHOTS names a folder.</summary>
    private static Task Shoot(IPage page, string name) => Shots is null
        ? Task.CompletedTask
        : page.ScreenshotAsync(new() { Path = Path.Combine(Shots, $"{name}.png"), FullPage = true });
}
