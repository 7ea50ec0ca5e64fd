using Ax2.Captions.Speech;
using Ax2.Media;
using Ax2.Postgres;
using Ax2.Secrets;
using Ax2.Users;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Hosting;

/// <summary>Every secret of the silo, as its program registers them: none has a default, in no environment.</summary>
public sealed class SecretsAtStartTests : IDisposable
{
    private const string NoFile = "/no/such/file";

    private readonly KeyFolder folder = new();
    private readonly Dictionary<string, string?> settings;

    public SecretsAtStartTests()
    {
        var file = folder.Options("one").Keys["one"];
        settings = new()
        {
            ["ConnectionStrings:Postgres"] = "Host=127.0.0.1;Port=1",
            ["Secrets:Keys:one"] = file,
            ["Secrets:CurrentKey"] = "one",
            ["Storage:Disk:Folder"] = Path.GetTempPath(),
            ["Storage:Disk:SigningKeyFile"] = file,
            ["Operator:PasswordFile"] = file,
            ["SignIn:Origin"] = "https://caption.example",
            ["SignIn:Oidc:test:Issuer"] = "https://provider.example",
            ["SignIn:Oidc:test:ClientId"] = "us",
            ["SignIn:Oidc:test:ClientSecretFile"] = file,
            ["Speech:Remote:Endpoint"] = "https://speech.example",
            ["Speech:Remote:ApiKeyFile"] = file,
            ["Speech:Remote:Model"] = "any",
            ["Speech:Remote:Languages:0"] = "en",
        };
    }

    [Fact]
    public void Start_WithAllSecrets_IsAllowed() => Start();

    [Theory]
    [InlineData("ConnectionStrings:Postgres", "")]
    [InlineData("Secrets:CurrentKey", "")]
    [InlineData("Secrets:Keys:one", NoFile)]
    [InlineData("Storage:Disk:SigningKeyFile", "")]
    [InlineData("Storage:Disk:SigningKeyFile", NoFile)]
    [InlineData("Operator:PasswordFile", NoFile)]
    [InlineData("SignIn:Oidc:test:ClientSecretFile", NoFile)]
    [InlineData("Speech:Remote:ApiKeyFile", NoFile)]
    public void Start_WithoutASecret_IsRefusedByItsName(string setting, string value)
    {
        settings[setting] = value;
        var failure = Assert.Throws<OptionsValidationException>(Start);
        Assert.Contains(setting, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>As the host does, before anything else runs.</summary>
    private void Start()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddEncryptedGrainStorage(configuration, "rows");
        services.AddPostgres(configuration);
        services.AddDiskStore(configuration);
        services.AddRemoteSpeech(configuration);
        services.AddOidcSignIn(configuration);
        services.AddOperatorAccess(configuration);
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    }

    public void Dispose() => folder.Dispose();
}
