using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace Ax2.Http;

public sealed class DownloadNameTests
{
    [Theory]
    [InlineData("talk.en.srt", "talk.en.srt")]
    [InlineData("회의 녹화 2026.ko.vtt", "회의 녹화 2026.ko.vtt")]
    [InlineData("👩‍👩‍👧 birthday 🎂.srt", "👩‍👩‍👧 birthday 🎂.srt")]
    [InlineData("../../etc/passwd", "_._etc_passwd")]
    [InlineData("..\\..\\windows\\system.ini", "_.._windows_system.ini")]
    [InlineData("/absolute.srt", "_absolute.srt")]
    [InlineData("C:\\x.srt", "C__x.srt")]
    [InlineData(".hidden", "hidden")]
    [InlineData("a\r\nSet-Cookie: x=1\r\n.srt", "aSet-Cookie_ x=1.srt")]
    [InlineData("quo\"te'; filename=evil.exe.srt", "quo_te'; filename=evil.exe.srt")]
    [InlineData("photo\u202Egpj.exe", "photogpj.exe")]
    [InlineData("\u2066a\u2069\u200Fb\uFEFF.srt", "ab.srt")]
    [InlineData("null\0byte.srt", "nullbyte.srt")]
    [InlineData("half \uD83D surrogate.srt", "half  surrogate.srt")]
    [InlineData("con.srt", "_con.srt")]
    [InlineData("LPT1", "_LPT1")]
    [InlineData("nul.en.srt", "_nul.en.srt")]
    [InlineData("trailing. . .", "trailing")]
    [InlineData("%2e%2e%2f.srt", "_2e_2e_2f.srt")]
    [InlineData("a?b*c|d<e>f.srt", "a_b_c_d_e_f.srt")]
    [InlineData("", "download")]
    [InlineData("...", "download")]
    [InlineData("\u202E", "download")]
    public void Safe_Corpus_IsThisName(string given, string expected) =>
        Assert.Equal(expected, DownloadName.Safe(given));

    [Theory]
    [InlineData("a")]
    [InlineData("한")]
    [InlineData("👩‍👩‍👧")]
    [InlineData("e\u0301")]
    public void Safe_NameThatIsTooLong_KeepsItsExtensionAndWholeSigns(string sign)
    {
        var safe = DownloadName.Safe(string.Concat(Enumerable.Repeat(sign, 300)) + ".srt");
        Assert.InRange(Encoding.UTF8.GetByteCount(safe), 150, 200);
        Assert.EndsWith(".srt", safe, StringComparison.Ordinal);
        var signs = StringInfo.ParseCombiningCharacters(safe[..^4]).Length;
        Assert.Equal(string.Concat(Enumerable.Repeat(sign.Normalize(), signs)) + ".srt", safe);
    }

    [Fact]
    public void Safe_ExtensionThatIsTooLong_IsCutLikeTheRest() =>
        Assert.Equal("a." + new string('x', 198), DownloadName.Safe("a." + new string('x', 300)));

    [Theory]
    [InlineData("talk.srt")]
    [InlineData("회의 \"초안\".srt")]
    [InlineData("a\r\nX-Evil: 1.srt")]
    [InlineData("👩‍👩‍👧 \u202Etxt.srt")]
    [InlineData("a;b=c,d.srt")]
    public void Disposition_AnyName_IsOneSoundAsciiHeader(string name)
    {
        var text = DownloadName.Disposition(name, isAttachment: true);
        Assert.True(text.All(c => c is >= ' ' and <= '~'), text);
        var header = ContentDispositionHeaderValue.Parse(text);
        Assert.Equal("attachment", header.DispositionType);
        Assert.Equal(DownloadName.Safe(name), header.FileNameStar);
    }

    [Fact]
    public void Disposition_Shown_IsInline() =>
        Assert.StartsWith("inline; ", DownloadName.Disposition("a.srt", isAttachment: false), StringComparison.Ordinal);
}
