using Xunit;

namespace Ax2.Users;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("  Kim@Example.COM ", "kim@example.com")]
    [InlineData("o'neil+tag@mail.example.kr", "o'neil+tag@mail.example.kr")]
    [InlineData("김@예시.한국", "김@예시.한국")]
    public void Normalize_SpellingsOfOneAddress_Meet(string given, string normalized) =>
        Assert.Equal(normalized, EmailAddress.Normalize(given));

    [Theory]
    [InlineData("")]
    [InlineData("kim")]
    [InlineData("@example.com")]
    [InlineData("kim@")]
    [InlineData("kim@localhost")]
    [InlineData("kim@@example.com")]
    [InlineData("kim lee@example.com")]
    [InlineData("kim@example.com\r\nBcc: all@example.com")]
    [InlineData("kim@.com")]
    [InlineData("kim@example.")]
    public void Normalize_NoAddress_IsNull(string given) => Assert.Null(EmailAddress.Normalize(given));

    [Fact]
    public void Normalize_TooLong_IsNull() =>
        Assert.Null(EmailAddress.Normalize(new string('a', EmailAddress.MaxLength) + "@example.com"));

    [Fact]
    public void Normalize_DecomposedHangul_MeetsTheComposed() =>
        Assert.Equal("\uAE40@example.kr", EmailAddress.Normalize("\u1100\u1175\u11B7@example.kr"));
}
