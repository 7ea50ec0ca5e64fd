using System.Text;
using Xunit;

namespace Ax2.Users;

public sealed class TotpTests
{
    private const int StepSeconds = 30;
    private static readonly byte[] _key = Encoding.ASCII.GetBytes("12345678901234567890");
    private static readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);
    private static readonly long _step = _now.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>RFC 6238, appendix B, the last six of its eight digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Match_VectorsOfTheStandard_AreOfTheirStep(long unixTime, string code) =>
        Assert.Equal(
            unixTime / StepSeconds, Totp.Match(_key, code, DateTimeOffset.FromUnixTimeSeconds(unixTime), lastUsed: 0));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Match_CodeOfANearStep_IsAcceptedWithinOneStepOfSkew(int away, bool isAccepted)
    {
        var step = _step + away;

        Assert.Equal(isAccepted ? step : null, Totp.Match(_key, CodeOf(step), _now, lastUsed: 0));
    }

    [Fact]
    public void Match_CodeThatWasUsed_IsRefused()
    {
        Assert.Null(Totp.Match(_key, CodeOf(_step), _now, lastUsed: _step));
        Assert.Null(Totp.Match(_key, CodeOf(_step - 1), _now, lastUsed: _step));
        Assert.Equal(_step + 1, Totp.Match(_key, CodeOf(_step + 1), _now, lastUsed: _step));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1234567")]
    [InlineData("abcdef")]
    public void Match_NoCode_IsNone(string code) =>
        Assert.Null(Totp.Match(_key, code, _now, lastUsed: 0));

    [Fact]
    public void Uri_AccountWithReservedCharacters_IsEscaped()
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

    private static string CodeOf(long step) =>
        new OtpNet.Totp(_key).ComputeTotp(DateTimeOffset.FromUnixTimeSeconds(step * StepSeconds).UtcDateTime);
}
