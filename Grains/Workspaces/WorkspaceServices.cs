using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ax2.Workspaces;

internal static class WorkspaceServices
{
    internal static void AddWorkspaces(this IServiceCollection services, IConfiguration configuration) =>
        services.AddOptions<WorkspaceOptions>().Bind(configuration.GetSection(WorkspaceOptions.Section))
            .Validate(
                o => o.MaxPerUser >= 0 && o.MaxInvitationsPerDay >= 0,
                "Workspaces:MaxPerUser and MaxInvitationsPerDay are not negative.")
            .Validate(o => o.MaxMembers >= 1, "Workspaces:MaxMembers is at least 1.")
            .Validate(
                o => o.InvitationLifetime > TimeSpan.Zero, "Workspaces:InvitationLifetime is more than zero.")
            .ValidateOnStart();
}
