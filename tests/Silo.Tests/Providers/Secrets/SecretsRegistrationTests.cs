using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Secrets;

public sealed class SecretsRegistrationTests : IDisposable
{
    private readonly KeyFolder folder = new();

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Start_WithoutAKey_IsRefusedAndSaysHowToMakeOne(string environment)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(environment, []));
        Assert.Contains("openssl rand -hex 32", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_KeyFileIsGone_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync("Production", new()
        {
            ["Secrets:CurrentKey"] = "one", ["Secrets:Keys:one"] = Path.GetFullPath("/no/such/key"),
        }));
        Assert.Contains("Secrets:Keys:one", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithAKey_Starts() => await StartAsync("Production", new()
    {
        ["Secrets:CurrentKey"] = "one", ["Secrets:Keys:one"] = folder.Options("one").Keys["one"],
    });

    private static async Task StartAsync(string environment, Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSealedStorage(builder.Configuration, "rows");
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => folder.Dispose();
}
