using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;
using Ax2.Captions;
using Ax2.Credits;
using Ax2.Jobs;
using Ax2.Limits;
using Ax2.Media;
using Ax2.Users;
using Ax2.Workspaces;
using Xunit;

namespace Ax2.FrontEnd;

public sealed partial class MessageTableTests
{
    private static readonly ImmutableArray<SiteFile> MessageFiles =
        [.. Site.Files.Where(file => file.Path.StartsWith("js/i18n/", StringComparison.Ordinal))];

    private static readonly ImmutableArray<MessageEntry> Entries =
        [.. MessageFiles.SelectMany(file => MessageTable.Read(file.Text))];

    private static readonly HashSet<string> Keys = [.. Entries.Select(entry => entry.Key)];

    private static readonly ImmutableArray<string> Scripts =
        [.. Site.Files.Where(file => file.IsScript).Except(MessageFiles).Select(file => file.Text)];

    [Fact]
    public void Messages_EveryKey_HasEnglishAndKoreanOnce()
    {
        Assert.Equal(MessageFiles.Sum(file => MessageTable.CountKeys(file.Text)), Entries.Length);
        Assert.Equal(Entries.Length, Keys.Count);
        Assert.All(Entries, entry => Assert.Matches("[A-Za-z]", entry.English));
        Assert.All(
            Entries.Where(entry => SaysMore(entry.Korean)),
            entry => Assert.Matches(@"[\uAC00-\uD7A3]", entry.Korean));
        Assert.All(Entries, entry => Assert.DoesNotMatch(@"[\uAC00-\uD7A3]", entry.English));
    }

    [Fact]
    public void Messages_BothLanguages_FillInTheSameNames() =>
        Assert.All(Entries, entry =>
            Assert.Equal(MessageTable.Placeholders(entry.English), MessageTable.Placeholders(entry.Korean)));

    [Fact]
    public void Messages_EveryUse_HasItsKey()
    {
        Assert.Empty(Scripts.SelectMany(MessageTable.UsedKeys).Except(Keys));
        Assert.All(Scripts.SelectMany(MessageTable.UsedPrefixes), prefix =>
            Assert.Contains(Keys, key => key.StartsWith(prefix, StringComparison.Ordinal)));
    }

    [Fact]
    public void Messages_EveryKey_IsUsed()
    {
        var used = Scripts.SelectMany(MessageTable.UsedKeys).ToHashSet();
        var prefixes = Scripts.SelectMany(MessageTable.UsedPrefixes).ToHashSet();

        Assert.All(Keys.Except(used), key =>
            Assert.Contains(prefixes, prefix => key.StartsWith(prefix, StringComparison.Ordinal)));
    }

    [Fact]
    public void Messages_EveryStageOfAJob_HasAName() =>
        Assert.All(Enum.GetNames<JobStage>(), name => Assert.Contains("stage." + Lower(name), Keys));

    [Fact]
    public void Messages_EveryRefusalThatAClientCanMeet_HasASentence()
    {
        Type[] slices =
        [
            typeof(UserRefusals), typeof(SignInRefusals), typeof(ExternalRefusals), typeof(ApiKeyRefusals),
            typeof(WorkspaceRefusals), typeof(MediaRefusals), typeof(JobRefusals), typeof(CaptionRefusals),
        ];
        string[] others =
        [
            CreditRefusals.Insufficient, CreditRefusals.QuoteExpired, LimitRefusals.RateLimited,
            "service_unavailable", "storage_unavailable",
            ServiceBusyException.Code,
        ];
        var codes = slices.SelectMany(Codes).Concat(others).ToList();

        Assert.NotEmpty(codes);
        Assert.All(codes, code => Assert.Contains("problem." + code, Keys));
    }

    [Fact]
    public void Read_KeyWithoutKorean_IsNoEntry()
    {
        const string Text = "  \"a.b\": { en: \"One\" },\n  \"a.c\": { en: \"Two\", ko: \"둘\" },\n";

        Assert.NotEqual(MessageTable.CountKeys(Text), MessageTable.Read(Text).Length);
    }

    [Fact]
    public void Uses_LiteralAndPrefix_AreFound()
    {
        Assert.Equal(["a.b"], MessageTable.UsedKeys("fill(x, () => t(\"a.b\", { count }))"));
        Assert.Equal(["stage."], MessageTable.UsedPrefixes("t(`stage.${stage}`)"));
    }

    private static IEnumerable<string> Codes(Type slice) =>
        slice.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);

    // Names and placeholders alone ("AX2 Caption", "{stage}, {percent}") have nothing to translate.
    private static bool SaysMore(string korean) =>
        SomeWord().IsMatch(korean.Replace("AX2 Caption", "", StringComparison.Ordinal));

    private static string Lower(string name) => name.ToLowerInvariant();

    [GeneratedRegex(@"(?<!\{)\b[A-Za-z\uAC00-\uD7A3]+\b(?!\})")]
    private static partial Regex SomeWord();
}
