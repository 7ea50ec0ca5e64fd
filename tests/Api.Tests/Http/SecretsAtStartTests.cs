using Ax2.Media;
using Microsoft.AspNetCore.Hosting;
using Xunit;

namespace Ax2.Http;

/// <summary>The API's own secrets have no default either.</summary>
public sealed class SecretsAtStartTests : IDisposable
{
    private readonly StandaloneApi api = new();

    [Theory]
    [InlineData("ConnectionStrings:Postgres", "")]
    [InlineData($"{DiskStoreOptions.Section}:SigningKeyFile", "")]
    [InlineData($"{DiskStoreOptions.Section}:SigningKeyFile", "/no/such/file")]
    public void Start_WithoutASecret_IsRefusedByItsName(string setting, string value)
    {
        using var without = api.WithWebHostBuilder(builder => builder.UseSetting(setting, value));
        var failure = Assert.ThrowsAny<Exception>(() => without.CreateClient());
        Assert.Contains(setting, failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => api.Dispose();
}
