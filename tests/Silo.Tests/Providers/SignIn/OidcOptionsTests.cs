using Ax2.Users;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Tests.Providers.SignIn;

public sealed class OidcOptionsTests
{
    [Theory]
    [InlineData("google", "https://accounts.google.com", "Google")]
    [InlineData("kakao", "https://kauth.kakao.com", "Kakao")]
    [InlineData("naver", "https://nid.naver.com", "Naver")]
    public void Preset_NeedsNoMoreThanAClient(string name, string issuer, string title)
    {
        var provider = Read(("Origin", "https://caption.example"), ($"Oidc:{name}:ClientId", "id")).Oidc[name];

        Assert.Equal((issuer, title), (provider.Issuer, provider.Title));
        Assert.Contains("openid", provider.Scopes.Split(' '));
        Assert.False(provider.EmailsAreVerified);
    }

    [Fact]
    public void Preset_GivesWayToTheConfiguration()
    {
        var provider = Read(
            ("Origin", "https://caption.example"), ("Oidc:kakao:ClientId", "id"),
            ("Oidc:kakao:Scopes", "openid"), ("Oidc:kakao:Title", "카카오")).Oidc["kakao"];

        Assert.Equal(("openid", "카카오"), (provider.Scopes, provider.Title));
    }

    [Fact]
    public void NoProvider_NeedsNothing() => Assert.Empty(Read().Oidc);

    [Theory]
    [InlineData("Origin", "http://caption.example", "SignIn:Origin")]
    [InlineData("Origin", "", "SignIn:Origin")]
    [InlineData("Oidc:google:ClientId", "", "SignIn:Oidc:google:ClientId")]
    [InlineData("Oidc:google:Issuer", "http://accounts.google.com", "SignIn:Oidc:google:Issuer")]
    [InlineData("Oidc:google:ClientSecretFile", "/nowhere/secret", "SignIn:Oidc:google:ClientSecretFile")]
    [InlineData("Oidc:google:Scopes", "email profile", "SignIn:Oidc:google:Scopes")]
    [InlineData("Oidc:Bad Name:ClientId", "id", "SignIn:Oidc:Bad Name")]
    public void Setting_ThatIsNotSound_StopsTheStart(string key, string value, string named)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read(
            ("Origin", "https://caption.example"), ("Oidc:google:ClientId", "id"), (key, value)));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    private static OidcOptions Read(params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (key, value) in settings)
        {
            values[$"{OidcOptions.Section}:{key}"] = value;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        using var services = new ServiceCollection().AddOidcSignIn(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<OidcOptions>>().Value;
    }
}
