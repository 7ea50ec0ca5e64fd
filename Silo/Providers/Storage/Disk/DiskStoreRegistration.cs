using Microsoft.Extensions.Options;

namespace Ax2.Media;

public static class DiskStoreRegistration
{
    /// <summary>Keeps objects on disk, by the options of <see cref="DiskStoreOptions.Section"/>.</summary>
    public static IServiceCollection AddDiskStore(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<DiskStoreOptions>()
            .Bind(configuration.GetSection(DiskStoreOptions.Section))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<DiskStoreOptions>, Validator>();
        services.AddSingleton(p => p.GetRequiredService<IOptions<DiskStoreOptions>>().Value);
        services.AddSingleton<IObjectStore, DiskObjectStore>();
        services.AddHostedService<DiskSweep>();
        return services;
    }

    private sealed class Validator : IValidateOptions<DiskStoreOptions>
    {
        public ValidateOptionsResult Validate(string? name, DiskStoreOptions options) =>
            options.FindFault() is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
    }
}
