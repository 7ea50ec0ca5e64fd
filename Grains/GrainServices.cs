using Ax2.Captions.Speech;
using Ax2.Credits;
using Ax2.Jobs;
using Ax2.Jobs.Steps;
using Ax2.Media;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ax2;

/// <summary>
/// What the grains need besides their ports: options, the steps of a job and the slots they wait for.
/// </summary>
public static class GrainServices
{
    public static IServiceCollection AddGrainServices(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PriceListOptions>().Bind(configuration.GetSection(PriceListOptions.Section))
            .Validate(o => o.MinimumCredits >= 1, "PriceList:MinimumCredits is at least 1.")
            .Validate(
                o => o.TranscriptionCreditsPerMinute >= 0 && o.WelcomeCredits >= 0, "PriceList: no negative prices.")
            .ValidateOnStart();
        services.AddOptions<CreditsOptions>().Bind(configuration.GetSection(CreditsOptions.Section))
            .Validate(o => o.HoldLife > TimeSpan.Zero, "Credits:HoldLife is more than zero.")
            .Validate(o => o.MaxHoldLife >= o.HoldLife, "Credits:MaxHoldLife is at least HoldLife.")
            .Validate(
                o => o.MaxOpenHolds >= 1 && o.MaxOpenGrants >= 1 && o.MaxWaitingCommands >= 1 && o.MaxBatchCommands >= 1,
                "Credits: every limit is at least 1.")
            .ValidateOnStart();
        services.AddOptions<JobOptions>().Bind(configuration.GetSection(JobOptions.Section))
            .Validate(o => o.MaxTranscribingPerSilo >= 1, "Jobs:MaxTranscribingPerSilo is at least 1.")
            .Validate(o => o.MaxAttempts >= 1, "Jobs:MaxAttempts is at least 1.")
            .Validate(o => o.RetryDelay >= TimeSpan.Zero, "Jobs:RetryDelay is not negative.")
            .Validate(o => o.ProgressInterval >= TimeSpan.FromMilliseconds(100), "Jobs:ProgressInterval: 100 ms or more.")
            .ValidateOnStart();
        services.AddOptions<UploadOptions>().Bind(configuration.GetSection(UploadOptions.Section))
            .Validate(o => o.MaxFileBytes >= 1, "Uploads:MaxFileBytes is at least 1.")
            .Validate(o => o.PartSizeBytes >= 5 * 1024 * 1024, "Uploads:PartSizeBytes is at least 5 MiB.")
            .Validate(
                o => o.MaxMediaDuration > TimeSpan.Zero && o.Lifetime > TimeSpan.Zero && o.LinkLifetime > TimeSpan.Zero,
                "Uploads: durations are more than zero.")
            .ValidateOnStart();
        services.AddOptions<SpeechOptions>().Bind(configuration.GetSection(SpeechOptions.Section));
        services.AddTransient<SpeechEngines>();
        services.AddSingleton<TranscriptionSlots>();
        services.AddTransient<IJobStep, ReserveStep>();
        services.AddTransient<IJobStep, BeginStep>();
        services.AddTransient<IJobStep, TranscribeStep>();
        services.AddTransient<IJobStep, StoreStep>();
        services.AddTransient<IJobStep, SettleStep>();
        services.AddTransient<IJobStep, ReleaseStep>();
        return services;
    }
}
