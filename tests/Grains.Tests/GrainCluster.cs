using Ax2.Captions.Speech;
using Ax2.Credits;
using Ax2.Jobs;
using Ax2.Media;
using Ax2.TestKit.Credits;
using Ax2.TestKit.Jobs;
using Ax2.TestKit.Media;
using Ax2.TestKit.Speech;
using Ax2.TestKit.Users;
using Ax2.Users;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using Xunit;

namespace Ax2.Tests;

/// <summary>
/// One silo in this process with every grain, memory storage that goes through the same JSON as production, and fakes
/// behind the ports. The fakes belong to the class that runs: <see cref="Reset"/> makes them new.
/// </summary>
public sealed class GrainCluster : IAsyncLifetime
{
    private InProcessTestCluster? _cluster;

    public IGrainFactory Grains => _cluster!.Client;

    public ScriptedRecognizer Speech { get; private set; } = new();

    public SilentDecoder Decoder { get; private set; } = new();

    public FixedProbe Probe { get; private set; } = new();

    public InMemoryObjectStore Store { get; private set; } = new();

    public RecordingJobIndex Index { get; private set; } = new();

    public CountingPasswordHasher Passwords { get; private set; } = new();

    public InMemoryCreditStore Credits { get; private set; } = new();

    /// <summary>Fresh fakes for the next test: tests of one class do not run side by side.</summary>
    public void Reset()
    {
        Speech = new ScriptedRecognizer();
        Decoder = new SilentDecoder();
        Probe = new FixedProbe();
        Store = new InMemoryObjectStore();
        Index = new RecordingJobIndex();
        Passwords = new CountingPasswordHasher();
        Credits = new InMemoryCreditStore();
    }

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.UseInMemoryReminderService();
            silo.Services.AddSingleton<IGrainStorageSerializer, SystemTextJsonGrainStorageSerializer>();
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddGrainServices(silo.Configuration);
            silo.Services.Configure<JobOptions>(jobs => jobs.RetryDelay = TimeSpan.Zero);
            // Transient: each activation and step sees the fakes of the test that made it.
            silo.Services.AddTransient<ISpeechRecognizer>(_ => Speech);
            silo.Services.AddTransient<IAudioDecoder>(_ => Decoder);
            silo.Services.AddTransient<IMediaProbe>(_ => Probe);
            silo.Services.AddTransient<IObjectStore>(_ => Store);
            silo.Services.AddTransient<ICreditStore>(_ => Credits);
            silo.Services.AddTransient<IJobIndex>(_ => Index);
            silo.Services.AddTransient<IPasswordHasher>(_ => Passwords);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    /// <summary>Takes every idle grain out of memory; the next call reads it from storage.</summary>
    public Task DeactivateAll() => Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
}
