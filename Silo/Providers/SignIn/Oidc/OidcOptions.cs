using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>The providers that people may sign in at. Section <c>SignIn</c>.</summary>
public sealed class OidcOptions
{
    public const string Section = "SignIn";

    /// <summary>
    /// Where browsers reach the API, for example <c>https://caption.example</c>: providers send them back to it. Needed
    /// with any provider. Default empty.
    /// </summary>
    public string Origin { get; set; } = "";

    /// <summary>By name: lower case letters, digits and hyphens. Default none.</summary>
    public IDictionary<string, OidcProviderOptions> Oidc { get; } = new Dictionary<string, OidcProviderOptions>();
}

/// <summary>One provider. <c>google</c>, <c>kakao</c> and <c>naver</c> know their issuer, title and scopes.</summary>
public sealed class OidcProviderOptions
{
    /// <summary>https, or http on loopback. Its discovery document says the rest.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>As people know it. Default the name.</summary>
    public string Title { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>A file that holds the client's secret. Empty for a client without one. Default empty.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>Separated by spaces; <c>openid</c> among them. Default <c>openid email profile</c>.</summary>
    public string Scopes { get; set; } = "";

    /// <summary>
    /// The provider gives no address that it has not checked, but does not say so in <c>email_verified</c>, as Naver
    /// does not. Default false: such an address does not count.
    /// </summary>
    public bool EmailsAreVerified { get; set; }
}

/// <summary>Fills in what is known of a provider by its name.</summary>
internal sealed class OidcPresets : IPostConfigureOptions<OidcOptions>
{
    private static readonly Dictionary<string, (string Issuer, string Title, string Scopes)> _known = new()
    {
        ["google"] = ("https://accounts.google.com", "Google", "openid email profile"),
        ["kakao"] = ("https://kauth.kakao.com", "Kakao", "openid account_email profile_nickname"),
        ["naver"] = ("https://nid.naver.com", "Naver", "openid profile"),
    };

    public void PostConfigure(string? name, OidcOptions options)
    {
        foreach (var (provider, settings) in options.Oidc)
        {
            var (issuer, title, scopes) = _known.GetValueOrDefault(provider, ("", provider, "openid email profile"));
            settings.Issuer = settings.Issuer.Length > 0 ? settings.Issuer : issuer;
            settings.Title = settings.Title.Length > 0 ? settings.Title : title;
            settings.Scopes = settings.Scopes.Length > 0 ? settings.Scopes : scopes;
        }
    }
}

internal sealed partial class OidcRules : IValidateOptions<OidcOptions>
{
    public ValidateOptionsResult Validate(string? name, OidcOptions options)
    {
        var faults = options.Oidc.SelectMany(provider => Check(provider.Key, provider.Value)).ToList();
        if (options.Oidc.Count > 0 && !IsSafe(options.Origin))
        {
            faults.Add("SignIn:Origin is the API's https address.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Check(string name, OidcProviderOptions provider)
    {
        if (!Name().IsMatch(name))
        {
            yield return $"SignIn:Oidc:{name}: a name has lower case letters, digits and hyphens.";
        }

        if (!IsSafe(provider.Issuer))
        {
            yield return $"SignIn:Oidc:{name}:Issuer is an https address.";
        }

        if (provider.ClientId.Length == 0)
        {
            yield return $"SignIn:Oidc:{name}:ClientId is not set.";
        }

        if (provider.ClientSecretFile.Length > 0 && !File.Exists(provider.ClientSecretFile))
        {
            yield return $"SignIn:Oidc:{name}:ClientSecretFile is missing.";
        }

        if (!provider.Scopes.Split(' ').Contains("openid"))
        {
            yield return $"SignIn:Oidc:{name}:Scopes has openid.";
        }
    }

    /// <summary>Only loopback may do without TLS: for a provider in a test, and for the local stack.</summary>
    private static bool IsSafe(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    [GeneratedRegex("^[a-z0-9-]{1,32}$")]
    private static partial Regex Name();
}
