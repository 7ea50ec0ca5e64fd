using Ax2.Captions.Speech;
using Ax2.Credits;
using Ax2.Jobs;
using Ax2.Jobs.Queue;
using Ax2.Jobs.Steps;
using Ax2.Jobs.Sweep;
using Ax2.Limits;
using Ax2.Media;
using Ax2.Users;
using Ax2.Workspaces;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ax2;

/// <summary>
/// What the grains need besides their ports: options, the steps of a job and what runs beside them.
/// </summary>
public static class GrainServices
{
    public static IServiceCollection AddGrainServices(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IAttributeToFactoryMapper<StoredStateAttribute>, StoredStateMapper>();
        services.AddLimits(configuration);
        services.AddUsers(configuration);
        services.AddSignIn(configuration);
        services.AddWorkspaces(configuration);
        services.AddAccounts(configuration);
        services.AddCredits(configuration);
        services.AddUploads(configuration);
        services.AddSpeech(configuration);
        services.AddJobOptions(configuration);
        services.AddJobs();
        return services;
    }

    private static void AddLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LimitOptions>().Bind(configuration.GetSection(LimitOptions.Section))
            .Validate(
                o => o.All.All(rule => rule.IsSound),
                "Limits: permits are 0 to 100 000 000, windows more than zero and at most a day.")
            .Validate(o => o.LeaseLife > TimeSpan.Zero, "Limits:LeaseLife is more than zero.")
            .Validate(
                o => o.SignInFailure.MinTime >= TimeSpan.Zero && o.SignInFailure.MinTime < TimeSpan.FromSeconds(10),
                "Limits:SignInFailure:MinTime is not negative, and less than 10 s.")
            .ValidateOnStart();
        services.AddSingleton<SignInGuard>();
    }

    private static void AddUsers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AdminOptions>().Bind(configuration.GetSection(AdminOptions.Section))
            .Validate(
                o => o.Emails.All(email => EmailAddress.Normalize(email) is not null),
                "Admin:Emails holds e-mail addresses.")
            .ValidateOnStart();
        services.AddSingleton<AdminRole>();
    }

    private static void AddCredits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PriceListOptions>().Bind(configuration.GetSection(PriceListOptions.Section))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<PriceListOptions>, PriceListOptionsRules>();
        services.AddOptions<CreditsOptions>().Bind(configuration.GetSection(CreditsOptions.Section))
            .Validate(o => o.HoldLife > TimeSpan.Zero, "Credits:HoldLife is more than zero.")
            .Validate(o => o.MaxHoldLife >= o.HoldLife, "Credits:MaxHoldLife is at least HoldLife.")
            .Validate(
                o => o.MaxOpenHolds >= 1 && o.MaxOpenGrants >= 1
                    && o.MaxWaitingCommands >= 1 && o.MaxBatchCommands >= 1,
                "Credits: every limit is at least 1.")
            .ValidateOnStart();
    }

    private static void AddUploads(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<UploadOptions>().Bind(configuration.GetSection(UploadOptions.Section))
            .Validate(o => o.MaxFileBytes >= 1, "Uploads:MaxFileBytes is at least 1.")
            .Validate(o => o.PartSizeBytes >= 5 * 1024 * 1024, "Uploads:PartSizeBytes is at least 5 MiB.")
            .Validate(
                o => o.MaxMediaDuration > TimeSpan.Zero && o.Lifetime > TimeSpan.Zero && o.LinkLifetime > TimeSpan.Zero,
                "Uploads: durations are more than zero.")
            .Validate(
                o => o.MaxOpenPerWorkspace >= 0 && o.MaxFilesPerWorkspace >= 0 && o.MaxBytesPerWorkspace >= 0,
                "Uploads: what a workspace may have is not negative.")
            .ValidateOnStart();
    }

    private static void AddSpeech(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SpeechOptions>().Bind(configuration.GetSection(SpeechOptions.Section));
        services.AddTransient<SpeechEngines>();
    }

    private static void AddJobOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<JobOptions>().Bind(configuration.GetSection(JobOptions.Section))
            .Validate(o => o.MaxAttempts >= 1, "Jobs:MaxAttempts is at least 1.")
            .Validate(o => o.MaxStageAttempts >= 0, "Jobs:MaxStageAttempts is not negative.")
            .Validate(
                o => o.RetryDelay >= TimeSpan.Zero && o.MaxRetryDelay >= TimeSpan.Zero,
                "Jobs:RetryDelay and MaxRetryDelay are not negative.")
            .Validate(
                o => o.MaxWorkerDeaths >= 0 && o.MaxThrottles >= 0,
                "Jobs:MaxWorkerDeaths and MaxThrottles are not negative.")
            .Validate(
                o => o.ChunkTarget == TimeSpan.Zero || o.ChunkTarget >= TimeSpan.FromSeconds(1),
                "Jobs:ChunkTarget is zero, or at least 1 s.")
            .Validate(
                o => o.ChunkTarget == TimeSpan.Zero
                    || (o.ChunkCutWindow >= TimeSpan.Zero && o.ChunkCutWindow <= o.ChunkTarget / 2),
                "Jobs:ChunkCutWindow is at most half of ChunkTarget, and not negative.")
            .Validate(
                o => o.ChunkContext >= TimeSpan.Zero && o.ChunkContext <= TimeSpan.FromMinutes(1),
                "Jobs:ChunkContext is at most 1 min, and not negative.")
            .Validate(
                o => o.ProgressInterval >= TimeSpan.FromMilliseconds(100), "Jobs:ProgressInterval is at least 100 ms.")
            .Validate(o => o.MaxChunksPerSilo >= 0, "Jobs:MaxChunksPerSilo is not negative.")
            .Validate(o => o.MaxCuttersPerSilo >= 0, "Jobs:MaxCuttersPerSilo is not negative.")
            .Validate(o => o.DrainPatience >= TimeSpan.Zero, "Jobs:DrainPatience is not negative.")
            .Validate(o => o.Queue.MaxRunningPerUser >= 0, "Jobs:Queue:MaxRunningPerUser is not negative.")
            .Validate(o => o.Queue.PlanWeights.Values.All(w => w >= 1), "Jobs:Queue:PlanWeights are at least 1.")
            .Validate(
                o => o.Queue.PlanWeights.Keys.All(PlanName.IsSound),
                "Jobs:Queue:PlanWeights: a plan's name has 1 to 40 lower-case letters, digits and '-'.")
            .ValidateOnStart();
    }

    private static void AddJobs(this IServiceCollection services)
    {
        services.AddHostedService<SweepSchedule>();
        services.AddTransient<CaptionAssembly>();
        services.AddTransient<JobCleanup>();
        services.AddTransient<JobOrder>();
        services.AddTransient<JobHold>();
        services.AddTransient<JobDrafts>();
        services.AddSingleton<WorkerSlots>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloOffers>();
        services.TryAddSingleton(Random.Shared);
        services.AddTransient<IJobStep, ReserveStep>();
        services.AddTransient<IJobStep, WaitForSlotStep>();
        services.AddTransient<IJobStep, TranscribeStep>();
        services.AddTransient<IJobStep, StoreStep>();
        services.AddTransient<IJobStep, SettleStep>();
        services.AddTransient<IJobStep, ReleaseStep>();
    }
}
