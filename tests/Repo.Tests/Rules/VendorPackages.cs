namespace Ax2.Tests.Rules;

/// <summary>
/// The packages that a project may have, each with its reason. Logic has none that talks to anything outside; the
/// public process has none that holds a key of a provider.
/// </summary>
internal static class VendorPackages
{
    internal static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Allowed =
        new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["Grains.Interfaces"] = new Dictionary<string, string>
            {
                ["Microsoft.Orleans.Sdk"] = "the interfaces of grains and the serializers of wire records",
            },
            ["Storage"] = new Dictionary<string, string>(),
            ["Grains"] = new Dictionary<string, string>
            {
                ["Microsoft.Orleans.Sdk"] = "grains",
                ["Microsoft.Orleans.Reminders"] = "the interface of reminders",
                ["Microsoft.Orleans.Dashboard.Abstractions"] = "attributes that leave calls out of the dashboard",
                ["Microsoft.Extensions.Options.ConfigurationExtensions"] = "options",
                ["Microsoft.IdentityModel.JsonWebTokens"] = "the format of access tokens, pure",
                ["Otp.NET"] = "one-time codes (RFC 6238), pure",
            },
            ["Api"] = new Dictionary<string, string>
            {
                ["Microsoft.Orleans.Client"] = "calls to grains",
                ["Microsoft.Orleans.Clustering.AdoNet"] = "finds the silos",
                ["Npgsql"] = "clustering, and read-only lists",
                ["Microsoft.AspNetCore.OpenApi"] = "the description of the routes",
                ["Scalar.AspNetCore"] = "the page of that description",
                ["Microsoft.AspNetCore.Authentication.JwtBearer"] = "checks access tokens against public keys",
                ["Microsoft.Extensions.Caching.Memory"] = "a bounded cache",
                ["Microsoft.Extensions.Caching.Hybrid"] = "a bounded cache that asks once for all who wait",
            },
        };

    /// <summary>Packages that a project has without being allowed to, and those allowed without a reason.</summary>
    internal static IEnumerable<string> Check(
        IEnumerable<string> packages, IReadOnlyDictionary<string, string> allowed) => packages
        .Where(package => string.IsNullOrWhiteSpace(allowed.GetValueOrDefault(package)));
}
