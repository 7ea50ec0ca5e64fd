using Microsoft.Playwright;
using Xunit;

namespace Ax2.Tests;

/// <summary>A person who makes a workspace for a team, names it and invites somebody.</summary>
public sealed class WorkspacePageTests(Stack stack, Browser browser)
{
    private const string Name = "자막 팀 <b>one</b>";

    [Theory]
    [InlineData("en-US")]
    [InlineData("ko-KR")]
    public async Task Owner_MakesRenamesAndInvites_AndNamesAreShownAsText(string locale)
    {
        var owner = $"o{Guid.CreateVersion7():N}@example.com";
        var guest = $"g{Guid.CreateVersion7():N}@example.com";
        var page = await browser.NewPage(stack.Origin, locale);
        var faults = page.Faults();
        await page.SignUp(owner);
        await page.FollowMail(owner, "/verify#", locale);
        await page.ConfirmAddress();

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
        await page.Shoot($"workspaces-{locale}");

        await page.PressAsync("#make-name", "Enter");
        await Assertions.Expect(page.Locator("#make-name-note.wrong")).ToBeVisibleAsync();
        Assert.Empty(faults);
    }
}
