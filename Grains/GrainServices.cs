using Ax2.Captions.Speech;
using Ax2.Credits;
using Ax2.Deletion;
using Ax2.Jobs;
using Ax2.Limits;
using Ax2.Media;
using Ax2.Users;
using Ax2.Workspaces;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ax2;

/// <summary>
/// What the grains need besides their ports: a table of contents, each slice registers its own.
/// </summary>
public static class GrainServices
{
    public static IServiceCollection AddGrainServices(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IAttributeToFactoryMapper<StoredStateAttribute>, StoredStateMapper>();
        services.AddLimits(configuration);
        services.AddUsers(configuration);
        services.AddSignIn(configuration);
        services.AddAccounts(configuration);
        services.AddWorkspaces(configuration);
        services.AddDeletion();
        services.AddCredits(configuration);
        services.AddUploads(configuration);
        services.AddSpeech(configuration);
        services.AddJobs(configuration);
        return services;
    }
}
