using Microsoft.Extensions.Options;

namespace Ax2.Workspaces;

internal sealed class WorkspaceOptionsValidator : IValidateOptions<WorkspaceOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkspaceOptions options) => OptionRules.Check(
        (options.MaxPerUser >= 0 && options.MaxInvitationsPerDay >= 0,
            "Workspaces:MaxPerUser and MaxInvitationsPerDay are not negative."),
        (options.MaxMembers >= 1, "Workspaces:MaxMembers is at least 1."),
        (options.InvitationLifetime > TimeSpan.Zero, "Workspaces:InvitationLifetime is more than zero."));
}
