extern alias silo;

using System.Net;
using Ax2.Admin;
using Ax2.Captions.Speech;
using Ax2.Credits;
using Ax2.Deletion;
using Ax2.Http;
using Ax2.Jobs;
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
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using silo::Ax2.Users;
using Xunit;

namespace Ax2;

/// <summary>
/// The API as its program makes it, over a silo in this process: its routes, its order of checks, its answers. Tests
/// stand in <c>[Collection(nameof(ApiHost))]</c> and make users of their own.
/// </summary>
public class ApiHost : WebApplicationFactory<Program>, IAsyncLifetime
{
    /// <summary>The one that the configuration makes an admin.</summary>
    public const string AdminEmail = "admin@example.com";

    /// <summary>Where browsers reach it, as the providers know it.</summary>
    public const string Origin = "https://caption.example";

    private readonly InProcessTestCluster _cluster;
    private readonly string _folder = Directory.CreateTempSubdirectory("ax2-api-").FullName;

    public ApiHost()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => Configure(silo));
        builder.ConfigureClient(client =>
        {
            client.Services.AddSingleton<TimeProvider>(Clock);
            client.AddOutgoingGrainCallFilter<RepeatedCalls>();
        });
        _cluster = builder.Build();
        Oidc = new OidcServer(
            Clock, Origin + "/api/v1/sign-in/test/callback", Origin + "/api/v1/sign-in/naver/callback");
    }

    public IGrainFactory Grains => _cluster.Client;

    public InMemoryAuditLog Audit { get; } = new();

    /// <summary>Of the silo and of the API. Only ever put forward.</summary>
    public ShiftedClock Clock { get; } = new();

    internal OidcServer Oidc { get; }

    public CountingPasswordHasher Passwords { get; } = new();

    internal LostAnswers Lost { get; } = new();

    public FixedProbe Probe { get; } = new();

    public InMemoryObjectStore Store { get; } = new();

    public RecordingMailer Mailer { get; } = new();

    /// <summary>Of the API; the silo's mails go to <see cref="Mailer"/>.</summary>
    public MailOutbox Outbox => new(OutboxFolder);

    private string OutboxFolder => Path.Combine(_folder, "outbox");

    private string SecretFile => Path.Combine(_folder, "oidc.secret");

    private string SigningKeyFile => Path.Combine(_folder, "signing.key");

    private DiskObjectLayout Objects => new(Path.Combine(_folder, "objects"));

    /// <summary>The key that signs now, for tokens that are right in all but one thing.</summary>
    internal async Task<SigningKey> SigningKey() => (await KeyRing()).SignerAt(Clock.GetUtcNow());

    internal async Task<KeyRing> KeyRing()
    {
        var grain = Grains.GetGrain<ISigningKeysGrain>(0);
        await grain.GetTokenRules();
        var storage = _cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(
            ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
        var state = new GrainState<KeyRing>();
        await storage.ReadStateAsync("signing-keys", grain.GetGrainId(), state);
        return state.State!;
    }

    /// <summary>A client that keeps no cookies and follows nothing: what is sent is what the test says.</summary>
    public HttpClient NewClient(string origin = Origin) => CreateClient(Plain(origin));

    /// <summary>Of a second process of the API, which shares the cluster and remembers for itself.</summary>
    public HttpClient NewClientOfAnotherProcess() => WithWebHostBuilder(_ => { }).CreateClient(Plain(Origin));

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await File.WriteAllTextAsync(SecretFile, OidcServer.ClientSecret + "\n");
        await File.WriteAllTextAsync(SigningKeyFile, SecretToken.Create());
        Objects.CreateFolders();
        await Oidc.StartAsync();
        await _cluster.DeployAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _cluster.DisposeAsync();
        await Oidc.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // Never reached: the cluster is in this process, and no test lists jobs.
        builder.UseSetting("ConnectionStrings:Postgres", "Host=127.0.0.1;Port=1");
        builder.UseSetting($"{DiskStoreOptions.Section}:Folder", Path.Combine(_folder, "objects"));
        builder.UseSetting($"{DiskStoreOptions.Section}:SigningKeyFile", SigningKeyFile);
        builder.UseSetting($"{MailOutboxOptions.Section}:Folder", OutboxFolder);
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<IStartupFilter, CallersAddress>();
            var orleans = services.Where(s => s.ServiceType == typeof(IHostedService) && IsOfOrleans(s)).ToList();
            orleans.ForEach(s => services.Remove(s));
            services.RemoveAll<IClusterClient>();
            services.AddSingleton<IClusterClient>(_ => _cluster.Client);
            services.RemoveAll<TimeProvider>();
            services.AddSingleton<TimeProvider>(Clock);
        });
    }

    /// <summary>Limits of its own here would make tests wait for each other.</summary>
    protected virtual void ConfigureLimits(ISiloBuilder silo) => silo.Services.Configure<LimitOptions>(limits =>
    {
        foreach (var rule in limits.All)
        {
            rule.Permits = 0;
        }

        limits.SignInFailure.MinTime = TimeSpan.Zero;
    });

    private static WebApplicationFactoryClientOptions Plain(string origin) => new()
    {
        BaseAddress = new Uri(origin), HandleCookies = false, AllowAutoRedirect = false,
    };

    private static bool IsOfOrleans(ServiceDescriptor service) =>
        (service.ImplementationType ?? service.ImplementationFactory?.Method.DeclaringType)
            ?.Assembly.GetName().Name?.StartsWith("Orleans", StringComparison.Ordinal) == true;

    private void Configure(ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorageAsDefault();
        silo.UseSystemTextJsonGrainStorageSerializer();
        silo.UseInMemoryReminderService();
        silo.Services.AddSingleton<TimeProvider>(Clock);
        silo.Services.AddGrainServices(silo.Configuration);
        silo.Services.Configure<AdminOptions>(admins => admins.Emails.Add(AdminEmail));
        silo.Services.AddOidcSignIn(silo.Configuration);
        silo.Services.Configure<OidcOptions>(signIn =>
        {
            signIn.Origin = Origin;
            signIn.Oidc["test"] = Provider();
            // As Naver: what it knows is wrapped, and it does not say that it checked the address.
            signIn.Oidc["naver"] = Provider();
            signIn.Oidc["naver"].EmailsAreVerified = true;
            // Nobody listens on port 1.
            signIn.Oidc["silent"] = new OidcProviderOptions { Issuer = "http://127.0.0.1:1", ClientId = "nobody" };
        });
        silo.Services.AddSingleton<IAuditLog>(Audit);
        silo.Services.Configure<AccountOptions>(accounts => accounts.Origin = Origin);
        silo.Services.AddSingleton<IMailer>(Mailer);
        silo.Services.AddSingleton<IDeletionLog>(new RecordingDeletionLog());
        silo.Services.AddSingleton<IJobIndex>(new RecordingJobIndex());
        silo.Services.AddSingleton<IUploadIndex>(new InMemoryUploadIndex());
        silo.Services.AddInMemoryCredits(new InMemoryCredits());
        silo.Services.AddSingleton<IPasswordHasher>(Passwords);
        silo.Services.AddSingleton<ISpeechRecognizer>(new ScriptedRecognizer());
        ConfigureLimits(silo);
        silo.Services.AddSingleton<IObjectStore>(Store);
        silo.Services.AddSingleton<IMediaProbe>(Probe);
        silo.Services.AddSingleton<IIncomingGrainCallFilter>(Lost);
        silo.Services.AddSingleton<IJobIndex>(new RecordingJobIndex());
    }

    private OidcProviderOptions Provider() => new()
    {
        Issuer = Oidc.Issuer, ClientId = OidcServer.ClientId, ClientSecretFile = SecretFile,
    };
}

/// <summary>The test server knows no network: a test says where its request comes from.</summary>
internal sealed class CallersAddress : IStartupFilter
{
    internal const string Header = "Test-Address";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, following) =>
        {
            if (IPAddress.TryParse(context.Request.Headers[Header], out var address))
            {
                context.Connection.RemoteIpAddress = address;
            }

            return following(context);
        });
        next(app);
    };
}

[CollectionDefinition(nameof(ApiHost))]
public sealed class ApiHostCollection : ICollectionFixture<ApiHost>;
