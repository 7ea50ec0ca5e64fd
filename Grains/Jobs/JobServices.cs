using Ax2.Jobs.Queue;
using Ax2.Jobs.Steps;
using Ax2.Jobs.Sweep;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ax2.Jobs;

/// <summary>Options, the steps of a job and what runs beside them.</summary>
internal static class JobServices
{
    internal static void AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<JobOptions, JobOptionsValidator>()
            .Bind(configuration.GetSection(JobOptions.Section));
        services.AddHostedService<SweepSchedule>();
        services.AddTransient<CaptionAssembly>();
        services.AddTransient<JobCleanup>();
        services.AddTransient<JobOrder>();
        services.AddTransient<JobHold>();
        services.AddTransient<JobDrafts>();
        services.AddSingleton<WorkerSlots>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, CapacityReporter>();
        services.TryAddSingleton(Random.Shared);
        services.AddTransient<IJobStep, ReserveStep>();
        services.AddTransient<IJobStep, WaitForSlotStep>();
        services.AddTransient<IJobStep, TranscribeStep>();
        services.AddTransient<IJobStep, StoreStep>();
        services.AddTransient<IJobStep, SettleStep>();
        services.AddTransient<IJobStep, ReleaseStep>();
    }
}
