using Xunit;

namespace Ax2.Users.Passwords;

public sealed class PasswordRulesTests
{
    private const string Email = "gildong.hong@example.com";

    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("홍길동의 비밀번호는 길다")]
    [InlineData("8 chars!")]
    [InlineData("gildong likes rivers and hills")]
    [InlineData("aaaaaaaaaaaaaaab")]
    public void Password_LongEnoughAndItsOwn_WillDo(string password) =>
        Assert.Null(PasswordRules.Check(password, Email));

    [Fact]
    public void Password_OfTheGreatestLength_WillDo_AndOneMoreIsRefused()
    {
        var longest = string.Concat(Enumerable.Repeat("long ago ", 20))[..PasswordRules.MaxLength];

        Assert.Null(PasswordRules.Check(longest, Email));
        Assert.Equal(UserRefusals.PasswordTooLong, PasswordRules.Check(longest + "x", Email)?.Code);
        Assert.Equal(UserRefusals.PasswordTooShort, PasswordRules.Check("7 chars", Email)?.Code);
    }

    [Theory]
    [InlineData("password1")]
    [InlineData("PassWord1")]
    [InlineData("1q2w3e4r5t")]
    [InlineData("qwertyuiop")]
    [InlineData("football1")]
    public void Password_ThatIsCommon_IsRefusedInAnyCase(string password) =>
        Assert.Equal(UserRefusals.PasswordTooCommon, PasswordRules.Check(password, Email)?.Code);

    [Theory]
    [InlineData("gildong.hong")]
    [InlineData("GildongHong")]
    [InlineData("gildong.hong@example.com")]
    [InlineData("hong1234567")]
    [InlineData("AX2 Caption!")]
    [InlineData("ax2captionax2caption")]
    [InlineData("example-gildong")]
    public void Password_OfTheAddressAndTheServicesName_IsRefused(string password) =>
        Assert.Equal(UserRefusals.PasswordTooPersonal, PasswordRules.Check(password, Email)?.Code);

    [Fact]
    public void List_HoldsManyPasswords_AllLongEnoughToCount()
    {
        Assert.InRange(CommonPasswords.Count, 10_000, int.MaxValue);
        Assert.False(CommonPasswords.Contains(""));
    }
}
