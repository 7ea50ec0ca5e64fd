using Xunit;

namespace Ax2.Users;

public sealed class TokensTests
{
    private static readonly Guid _id = new("019b0000-0000-7000-8000-000000000001");

    [Fact]
    public void RefreshToken_Written_ReadsBack()
    {
        var token = new RefreshToken(_id, "secret");

        Assert.Equal("ax2r_019b0000000070008000000000000001_secret", token.ToString());
        Assert.Equal(token, RefreshToken.Read(token.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ax2r_")]
    [InlineData("ax2r_019b0000000070008000000000000001_")]
    [InlineData("ax2r_019b0000-0000-7000-8000-00000000_secret")]
    [InlineData("ax2k_019b0000000070008000000000000001_secret")]
    [InlineData("ax2r_019b0000000070008000000000000001-secret")]
    public void RefreshToken_NotOurs_IsNull(string? token) => Assert.Null(RefreshToken.Read(token));

    [Fact]
    public void RefreshToken_EndlessText_IsNull() =>
        Assert.Null(RefreshToken.Read(new RefreshToken(_id, new string('a', 10_000)).ToString()));

    [Fact]
    public void ApiKeyToken_Key_DoesNotHoldTheSecret()
    {
        var (token, shown) = ApiKeyToken.Create();
        var key = ApiKeyToken.GrainKey(token)!;

        Assert.StartsWith(shown + "_", token, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('_')[2], key, StringComparison.Ordinal);
        Assert.StartsWith("apikey-", key, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ax2k_")]
    [InlineData("ax2r_01234567_0123456789012345678901234567890123456789012345678901234567890123")]
    [InlineData("ax2k_01234567_012345678901234567890123456789012345678901234567890123456789012")]
    public void ApiKeyToken_NotOurs_HasNoKey(string? token) => Assert.Null(ApiKeyToken.GrainKey(token));

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36", "Chrome on Windows")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Safari/537.36 KAKAOTALK 10.0", "KakaoTalk on Android")]
    [InlineData("curl/8.5.0", "curl/8.5.0")]
    [InlineData("", "")]
    public void DeviceName_OfAUserAgent_IsWhatItsOwnerKnowsItBy(string userAgent, string name) =>
        Assert.Equal(name, DeviceName.Of(userAgent));

    [Fact]
    public void DeviceName_OfAnEndlessUserAgent_IsShort() =>
        Assert.Equal(60, DeviceName.Of(new string('x', 5000)).Length);
}
