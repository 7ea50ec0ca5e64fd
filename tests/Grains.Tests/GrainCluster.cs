using Ax2.Admin;
using Ax2.Captions.Speech;
using Ax2.Deletion;
using Ax2.Jobs;
using Ax2.Jobs.Queue;
using Ax2.Limits;
using Ax2.Media;
using Ax2.TestKit;
using Ax2.TestKit.Admin;
using Ax2.TestKit.Credits;
using Ax2.TestKit.Deletion;
using Ax2.TestKit.Jobs;
using Ax2.TestKit.Media;
using Ax2.TestKit.Speech;
using Ax2.TestKit.Users;
using Ax2.Users;
using Ax2.Users.Emails;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using Xunit;

namespace Ax2;

/// <summary>
/// One silo in this process with every grain, the storage in memory but every state going through JSON as in
/// production, and fakes behind the ports. Tests of it stand in <c>[Collection(nameof(GrainCluster))]</c>, so they run
/// one after the other; they use grain keys of their own, and <see cref="Reset"/> where they script a fake.
/// </summary>
public sealed class GrainCluster : IAsyncLifetime
{
    /// <summary>The one that the configuration makes an admin.</summary>
    public const string AdminEmail = "admin@example.com";

    private readonly InProcessTestCluster _cluster;

    public GrainCluster()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => Configure(silo));
        _cluster = builder.Build();
    }

    public IGrainFactory Grains => _cluster.Client;

    public SiloAddress Silo => _cluster.Silos[0].SiloAddress;

    internal WorkerSlots Slots => _cluster.Silos[0].ServiceProvider.GetRequiredService<WorkerSlots>();

    public WatchedStorage Storage { get; } = new();

    public ScriptedRecognizer Speech { get; private set; } = new();

    public SilentDecoder Decoder { get; private set; } = new();

    public FixedProbe Probe { get; private set; } = new();

    public InMemoryObjectStore Store { get; private set; } = new();

    public RecordingJobIndex Index { get; private set; } = new();

    public UploadOptions Uploads { get; private set; } = new();

    public JobOptions Jobs { get; private set; } = FastOptions();

    public CountingPasswordHasher Passwords { get; } = new();

    public RecordingMailer Mailer { get; private set; } = new();

    public RecordingDeletionLog Deletions { get; private set; } = new();

    public InMemoryCredits Credits { get; } = new();

    public ArrivedCalls Calls { get; } = new();

    public SlotRequests SlotRequests { get; } = new();

    public InMemoryAuditLog Audit { get; } = new();

    /// <summary>Only ever put forward; it stays so for the tests that follow.</summary>
    public ShiftedClock Clock { get; } = new();

    public void Reset()
    {
        Speech = new ScriptedRecognizer();
        Decoder = new SilentDecoder();
        Probe = new FixedProbe();
        Store = new InMemoryObjectStore();
        Index = new RecordingJobIndex();
        Uploads = new UploadOptions();
        Jobs = FastOptions();
        Mailer = new RecordingMailer();
        Deletions = new RecordingDeletionLog();
        Audit.Clear();
    }

    /// <summary>A small file that is uploaded and ready for a job.</summary>
    public async Task<Guid> ReadyUpload(Guid workspaceId)
    {
        var id = Guid.CreateVersion7();
        var upload = Grains.GetGrain<IUploadGrain>(id);
        var begun = await upload.Start(new StartUpload(workspaceId, Guid.CreateVersion7(), "talk.wav", 3, null));
        Store.PutPart(Store.MultipartOf(begun.Upload!.ObjectKey), 1, [1, 2, 3]);
        while (await upload.Complete(workspaceId, []) is var answer && answer.Upload!.State != Media.UploadState.Ready)
        {
            Assert.Equal((Media.UploadState.Open, null), (answer.Upload.State, answer.Refusal));
        }

        return id;
    }

    /// <summary>Ends the activation: the next call reads the state from the storage.</summary>
    public Task Deactivate(IAddressable grain) => _cluster.DeactivateAsync(grain);

    public async ValueTask InitializeAsync() => await _cluster.DeployAsync();

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    private static JobOptions FastOptions() => new() { RetryDelay = TimeSpan.Zero };

    private void Configure(ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorage(WatchedStorage.Inner);
        silo.UseSystemTextJsonGrainStorageSerializer();
        silo.UseInMemoryReminderService();
        silo.Services.AddSingleton<IGrainStorage>(services => Storage.Over(services));
        silo.Services.AddSingleton<TimeProvider>(Clock);
        silo.Services.AddGrainServices(silo.Configuration);
        silo.Services.Configure<LimitOptions>(limits => limits.SignInFailure.MinTime = TimeSpan.Zero);
        // Transient: each activation and step sees the fakes of the test that made it.
        silo.Services.AddTransient<ISpeechRecognizer>(_ => Speech);
        silo.Services.AddTransient<IAudioDecoder>(_ => Decoder);
        silo.Services.AddTransient<IMediaProbe>(_ => Probe);
        silo.Services.AddTransient<IObjectStore>(_ => Store);
        silo.Services.AddInMemoryCredits(Credits);
        silo.Services.AddSingleton<IIncomingGrainCallFilter>(Calls);
        silo.Services.AddSingleton<IIncomingGrainCallFilter>(SlotRequests);
        silo.Services.Configure<AdminOptions>(admins => admins.Emails.Add(AdminEmail));
        silo.Services.AddSingleton<IAuditLog>(Audit);
        silo.Services.AddTransient<IJobIndex>(_ => Index);
        silo.Services.AddTransient(_ => Options.Create(Jobs));
        silo.Services.AddTransient(_ => Options.Create(Uploads));
        silo.Services.AddTransient<IPasswordHasher>(_ => Passwords);
        silo.Services.AddTransient<IMailer>(_ => Mailer);
        silo.Services.AddTransient<IDeletionLog>(_ => Deletions);
        silo.Services.AddSingleton<IUploadIndex>(new InMemoryUploadIndex());
    }
}

[CollectionDefinition(nameof(GrainCluster))]
public sealed class GrainClusterCollection : ICollectionFixture<GrainCluster>;
