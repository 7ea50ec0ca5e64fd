using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ax2.Workspaces;

internal static class WorkspaceServices
{
    internal static void AddWorkspaces(this IServiceCollection services, IConfiguration configuration) =>
        services.AddOptionsWithValidateOnStart<WorkspaceOptions, WorkspaceOptionsValidator>()
            .Bind(configuration.GetSection(WorkspaceOptions.Section));
}
