using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ax2.Media;

internal static class UploadServices
{
    internal static void AddUploads(this IServiceCollection services, IConfiguration configuration) =>
        services.AddOptionsWithValidateOnStart<UploadOptions, UploadOptionsValidator>()
            .Bind(configuration.GetSection(UploadOptions.Section));
}
