using System.Text;
using Xunit;

namespace Ax2.Users;

public sealed class TotpTests
{
    private static readonly byte[] _key = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>RFC 6238, appendix B, the last six of its eight digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Code_OfTheStandardsTimes_IsTheStandards(long unixTime, string code) =>
        Assert.Equal(code, Totp.Code(_key, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(unixTime))));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Match_CodeOfANearStep_IsTakenWithOneStepOfSkew(int away, bool isTaken)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);
        var step = Totp.StepAt(now) + away;

        Assert.Equal(isTaken ? step : null, Totp.Match(_key, Totp.Code(_key, step), now, 0));
    }

    [Fact]
    public void Match_CodeThatWasUsed_IsNot()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);
        var step = Totp.StepAt(now);

        Assert.Null(Totp.Match(_key, Totp.Code(_key, step), now, step));
        Assert.Null(Totp.Match(_key, Totp.Code(_key, step - 1), now, step));
        Assert.Equal(step + 1, Totp.Match(_key, Totp.Code(_key, step + 1), now, step));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1234567")]
    [InlineData("abcdef")]
    public void Match_NoCode_IsNone(string code) =>
        Assert.Null(Totp.Match(_key, code, DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), 0));

    /// <summary>RFC 4648, section 10, without its padding.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_OfTheStandardsTexts_IsTheStandards(string text, string base32) =>
        Assert.Equal(base32, Totp.Base32(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Uri_OfAnAwkwardAccount_IsOneLink()
    {
        var uri = Totp.Uri(_key, "AX2 Caption", "a b&secret=x@example.com");

        Assert.Equal(
            "otpauth://totp/AX2%20Caption:a%20b%26secret%3Dx%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            + "&issuer=AX2%20Caption&algorithm=SHA1&digits=6&period=30", uri);
    }

    [Fact]
    public void RecoveryCodes_AreTenAndAllDifferent_AndTheirGroupsDoNotMatter()
    {
        var codes = RecoveryCodes.Create();

        Assert.Equal(10, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^([A-Z2-7]{4}-){5}[A-Z2-7]{4}$", code));
        Assert.Equal(
            RecoveryCodes.Hash(codes[0]),
            RecoveryCodes.Hash(" " + codes[0].Replace("-", "", StringComparison.Ordinal).ToLowerInvariant()));
        Assert.NotEqual(RecoveryCodes.Hash(codes[0]), RecoveryCodes.Hash(codes[1]));
    }
}
