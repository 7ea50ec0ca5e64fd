using Microsoft.Extensions.DependencyInjection;

namespace Ax2.Deletion;

/// <summary>What the deletion of accounts needs besides its ports.</summary>
internal static class DeletionServices
{
    internal static void AddDeletion(this IServiceCollection services) => services.AddTransient<Erasure>();
}
