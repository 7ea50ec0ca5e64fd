using Ax2.Outages;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Storage;

namespace Ax2.Secrets;

public static partial class SecretsRegistration
{
    /// <summary>
    /// Puts <see cref="EncryptedGrainStorage"/> in front of the grain storage that is registered under
    /// <paramref name="rowStorage"/>, as the default storage. Without a key the process does not start.
    /// </summary>
    public static IServiceCollection AddEncryptedGrainStorage(
        this IServiceCollection services, IConfiguration configuration, string rowStorage)
    {
        var section = configuration.GetSection(SecretKeyOptions.Section);
        services.AddOptions<SecretKeyOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SecretKeyOptions>, Validator>();
        services.AddOptions<EncryptedGrainStorageOptions>().Bind(section);
        services.AddSingleton<IGrainStorage>(provider => new GuardedGrainStorage(
            Create(provider, rowStorage), provider.GetRequiredService<StorageOutages>()));
        return services;
    }

    /// <summary>Throws <see cref="RefusedStartException"/> when a key is not the one that was used before.</summary>
    internal static Task CheckStateKeys(this IHost host) => new StateKeyCheck(
        host.Services.GetRequiredService<NpgsqlDataSource>(),
        new SecretKeys(host.Services.GetRequiredService<IOptions<SecretKeyOptions>>().Value),
        // The start has no token yet.
        host.Services.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId).RunAsync(CancellationToken.None);

    private static EncryptedGrainStorage Create(IServiceProvider provider, string rowStorage)
    {
        var keys = new SecretKeys(provider.GetRequiredService<IOptions<SecretKeyOptions>>().Value);
        LogKeys(provider.GetRequiredService<ILogger<EncryptedGrainStorage>>(), keys.CurrentId, keys.Count);
        return new EncryptedGrainStorage(
            provider.GetRequiredKeyedService<IGrainStorage>(rowStorage),
            provider.GetRequiredService<IGrainStorageSerializer>(),
            keys,
            provider.GetRequiredService<IOptions<EncryptedGrainStorageOptions>>().Value);
    }

    [LoggerMessage(2550, LogLevel.Information,
        "Confidential state is encrypted under key {KeyId}; {KeyCount} keys can be read.")]
    private static partial void LogKeys(ILogger logger, string keyId, int keyCount);

    private sealed class Validator : IValidateOptions<SecretKeyOptions>
    {
        public ValidateOptionsResult Validate(string? name, SecretKeyOptions options) =>
            options.FindFault(SecretKeyOptions.Section) is { } fault
                ? ValidateOptionsResult.Fail(fault)
                : ValidateOptionsResult.Success;
    }
}
