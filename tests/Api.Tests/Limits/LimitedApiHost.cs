extern alias silo;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using silo::Ax2.Users;
using Xunit;

namespace Ax2.Limits;

/// <summary>
/// The API with the limits and the password hash of the product, the hash as cheap as it may be. Each test calls from
/// addresses of its own: a request comes from where its header <see cref="AddressHeader"/> says.
/// </summary>
public sealed class LimitedApiHost : ApiHost
{
    public const string AddressHeader = CallersAddress.Header;

    /// <summary>Less than the product's, as the work is.</summary>
    private static readonly TimeSpan FailureTime = TimeSpan.FromMilliseconds(50);
    private static int addresses;

    /// <summary>One that nobody has called from.</summary>
    public static string NewAddress()
    {
        var number = Interlocked.Increment(ref addresses);
        return $"198.18.{number / 256}.{number % 256}";
    }

    /// <summary>From one address for all its requests.</summary>
    internal HttpClient ClientAt(string address) => At(NewClient(), address);

    internal static HttpClient At(HttpClient client, string address)
    {
        client.DefaultRequestHeaders.Add(AddressHeader, address);
        return client;
    }

    protected override void ConfigureLimits(ISiloBuilder silo)
    {
        var cheap = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                [$"{Argon2Options.Section}:MemoryKiB"] = "7168",
                [$"{Argon2Options.Section}:Iterations"] = "1",
            })
            .Build();
        silo.Services.AddArgon2Passwords(cheap);
        silo.Services.Configure<LimitOptions>(limits => limits.SignInFailure.MinTime = FailureTime);
    }
}

[CollectionDefinition(nameof(LimitedApiHost))]
public sealed class LimitedApiHostCollection : ICollectionFixture<LimitedApiHost>;
