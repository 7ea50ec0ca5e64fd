using CsCheck;
using Xunit;

namespace Ax2.Media;

public sealed class UploadPlanTests
{
    [Fact]
    public void Parts_OfAnyFile_CoverItWithinTheLimit() => Gen.Select(Gen.Long[1, 1L << 43], Gen.Long[1 << 20, 1 << 26])
        .Sample((fileBytes, configuredBytes) =>
        {
            var partBytes = UploadPlan.PartSize(fileBytes, configuredBytes);
            var parts = UploadPlan.Parts(fileBytes, partBytes).ToArray();
            Assert.InRange(parts.Length, 1, UploadPlan.MaxParts);
            Assert.Equal(fileBytes, parts.Sum(p => p.SizeBytes));
            Assert.Equal(Enumerable.Range(1, parts.Length), parts.Select(p => p.Number));
            Assert.All(parts[..^1], p => Assert.Equal(partBytes, p.SizeBytes));
            Assert.InRange(parts[^1].SizeBytes, 1, partBytes);
        }, iter: 200);

    [Theory]
    [InlineData("talk.mp4", "talk.mp4")]
    [InlineData("  회의 \"초안\" 'x'.mp4 ", "회의 \"초안\" 'x'.mp4")]
    [InlineData("a\r\nb\0c.mp4", "a  b c.mp4")]
    [InlineData("evil\u202E4pm.exe", "evil 4pm.exe")]
    [InlineData("\u1112\u1161\u11AB.mp4", "\uD55C.mp4")]
    [InlineData("../../etc/passwd", "../../etc/passwd")]
    [InlineData("\n\t", null)]
    [InlineData("", null)]
    public void DisplayName_AnyName_IsFitToShow(string name, string? shown) =>
        Assert.Equal(shown, UploadPlan.DisplayName(name));

    /// <remarks>Not among the others: an attribute holds no half of a surrogate pair.</remarks>
    [Fact]
    public void DisplayName_HalfASurrogatePair_IsReplaced() =>
        Assert.Equal("half \uFFFD pair", UploadPlan.DisplayName("half \uD83D pair"));

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void DisplayName_Length_IsLimited(int length, bool isFit) =>
        Assert.Equal(isFit, UploadPlan.DisplayName(new string('a', length)) is not null);

    [Theory]
    [InlineData("4a 4b 2c", "", null)]
    [InlineData("4a 4b 2c", "-Bc", null)]
    [InlineData("4a - 2c", "", MediaRefusals.PartMissing)]
    [InlineData("4a 3b 2c", "", MediaRefusals.PartMissing)]
    [InlineData("", "", MediaRefusals.PartMissing)]
    [InlineData("4a 4b 2c", "-x", MediaRefusals.PartChecksumMismatch)]
    [InlineData("4a 4b 2c", "---x", MediaRefusals.PartChecksumMismatch)]
    public void Check_StoredParts_AreTheFileOrAreNot(string stored, string checksums, string? code)
    {
        var parts = stored.Split(' ').Select((p, i) => (Number: i + 1, Text: p)).Where(p => p.Text.Length == 2)
            .Select(p => new StoredPart(p.Number, p.Text[0] - '0', p.Text[1..]));
        var sums = checksums.Select((c, i) => new PartChecksum(i + 1, c.ToString())).Where(c => c.Sha256 != "-");
        Assert.Equal(code, UploadPlan.Check(10, 4, [.. parts], [.. sums])?.Code);
    }
}
