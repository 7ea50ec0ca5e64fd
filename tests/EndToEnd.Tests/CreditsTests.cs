using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Ax2.Tests;

/// <summary>
/// The credit routes as a customer meets them: one user with the welcome credits and one finished job of a second.
/// </summary>
public sealed class CreditsTests(CreditsTests.Customer customer) : IClassFixture<CreditsTests.Customer>
{
    private const string Century = "from=2000-01-01T00:00:00Z&until=2100-01-01T00:00:00Z";

    private ApiSession User => customer.Session;

    [Fact]
    public async Task Credits_Now_AreWhatIsLeft() => AssertBalance(599, 0, await User.Read("/credits"));

    [Fact]
    public async Task Credits_AsOfATime_AreWhatTheyWereThen()
    {
        var entries = await Entries();

        AssertBalance(0, 0, await User.Read("/credits?asOf=2000-01-01T00:00:00Z"));
        foreach (var entry in entries.DistinctBy(e => e.GetProperty("occurredAt").GetString()))
        {
            var time = entry.GetProperty("occurredAt").GetString()!;
            var then = await User.Read($"/credits?asOf={Uri.EscapeDataString(time)}");
            Assert.Equal(entry.GetProperty("balance").GetRawText(), then.GetRawText());
        }
    }

    [Fact]
    public async Task Entries_AreNewestFirst_GaplessAndRunning()
    {
        var entries = await Entries();

        Assert.Equal(["settled", "reserved", "granted"], entries.Select(e => e.GetProperty("kind").GetString()));
        Assert.Equal([3, 2, 1], entries.Select(e => e.GetProperty("sequence").GetInt32()));
        Assert.Equal([0, -1, 600], entries.Select(e => e.GetProperty("availableChange").GetInt64()));
        Assert.Equal([-1, 1, 0], entries.Select(e => e.GetProperty("heldChange").GetInt64()));
        Assert.Equal(3, entries.Select(e => e.GetProperty("hash").GetString()!).Distinct().Count(h => h.Length == 64));
        AssertBalance(600, 1, entries[1].GetProperty("balance"));
    }

    [Fact]
    public async Task Entries_PageByPage_AreTheWholeList()
    {
        var walked = new List<string>();
        var cursor = "";
        do
        {
            var page = await User.Read("/credits/entries?limit=1" + cursor);
            walked.Add(Assert.Single(page.GetProperty("entries").EnumerateArray()).GetRawText());
            cursor = "&cursor=" + page.GetProperty("nextCursor").GetString();
        }
        while (cursor != "&cursor=");

        Assert.Equal((await Entries()).Select(e => e.GetRawText()), walked);
    }

    [Fact]
    public async Task Entries_WithFilters_AreThoseThatMatchAll()
    {
        Assert.Equal(["reserved"], await Kinds("kind=reserved"));
        Assert.Equal(["settled", "reserved"], await Kinds($"holdId={customer.JobId}"));
        Assert.Equal(["settled"], await Kinds($"holdId={customer.JobId}&kind=settled"));
        Assert.Empty(await Kinds($"holdId={Guid.CreateVersion7()}"));
        Assert.Equal(["settled", "reserved", "granted"], await Kinds(Century));
        Assert.Empty(await Kinds("until=2000-01-01T00:00:00Z"));
    }

    [Theory]
    [InlineData("limit=0", "limit_invalid")]
    [InlineData("limit=201", "limit_invalid")]
    [InlineData("limit=x", "request_malformed")]
    [InlineData("cursor=-1", "cursor_invalid")]
    [InlineData("cursor=1e3", "cursor_invalid")]
    [InlineData("cursor=99999999999999999999", "cursor_invalid")]
    [InlineData("kind=stolen", "request_malformed")]
    [InlineData("kind=1", "request_malformed")]
    [InlineData("holdId=1", "request_malformed")]
    [InlineData("from=yesterday", "request_malformed")]
    public async Task Entries_QueryThatIsNone_Is400(string query, string code)
    {
        using var answer = await User.Get("/credits/entries?" + query);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal(code, (await ApiSession.Json(answer)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Holds_AreThoseOfLiveJobs_AndComeBackWhenTheJobIsCancelled()
    {
        using var user = await customer.Stack.SignUp();
        var job = (await user.StartJob(await customer.Upload(user, seconds: 3_000))).GetProperty("id").GetString()!;

        var hold = Assert.Single((await user.Read("/credits/holds")).EnumerateArray());
        AssertBalance(600, 500, await user.Read("/credits"));
        using var cancelled = await user.Post($"/jobs/{job}/cancel", new { });
        await user.End(job);

        Assert.Equal(job, hold.GetProperty("holdId").GetString());
        Assert.Equal(500, hold.GetProperty("credits").GetInt64());
        Assert.True(hold.GetProperty("expiresAt").GetDateTimeOffset() > hold.GetProperty("openedAt").GetDateTimeOffset());
        Assert.Empty((await user.Read("/credits/holds")).EnumerateArray());
        AssertBalance(600, 0, await user.Read("/credits"));
    }

    [Fact]
    public async Task Grants_ShowWhatIsLeftOfThem()
    {
        var grant = Assert.Single((await User.Read("/credits/grants")).EnumerateArray());

        Assert.Equal("promotional", grant.GetProperty("category").GetString());
        Assert.Equal((600, 599), (grant.GetProperty("granted").GetInt64(), grant.GetProperty("remaining").GetInt64()));
        Assert.Equal(JsonValueKind.Null, grant.GetProperty("expiresAt").ValueKind);
    }

    [Fact]
    public async Task Statement_HasOpeningEntriesAndClosing()
    {
        var whole = await User.Read("/credits/statement?" + Century);
        var settledAt = Uri.EscapeDataString((await Entries())[0].GetProperty("occurredAt").GetString()!);
        var before = await User.Read($"/credits/statement?from=2000-01-01T00:00:00Z&until={settledAt}");
        var after = await User.Read($"/credits/statement?from={settledAt}&until=2100-01-01T00:00:00Z");

        AssertBalance(0, 0, whole.GetProperty("opening"));
        AssertBalance(599, 0, whole.GetProperty("closing"));
        Assert.Equal(
            [1, 2, 3], whole.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("sequence").GetInt32()));
        AssertBalance(600, 1, before.GetProperty("closing"));
        Assert.Equal(before.GetProperty("closing").GetRawText(), after.GetProperty("opening").GetRawText());
        Assert.Equal("settled", Assert.Single(after.GetProperty("entries").EnumerateArray()).GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Statement_AsCsv_IsAFileWithTheSameLines()
    {
        using var answer = await User.Get("/credits/statement.csv?" + Century);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("credits.csv", answer.Content.Headers.ContentDisposition?.FileName);
        var lines = text.TrimStart('\uFEFF').Split("\r\n");
        Assert.Equal(7, lines.Length);
        Assert.StartsWith("sequence,time,kind,", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            ["Opening", "Granted", "Reserved", "Settled", "Closing"], lines[1..6].Select(line => line.Split(',')[2]));
        Assert.EndsWith(",599,0,,,", lines[5], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("statement", "from=2026-01-02T00:00:00Z&until=2026-01-02T00:00:00Z", "period_invalid")]
    [InlineData("statement.csv", "from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "period_invalid")]
    [InlineData("statement", "from=2026-01-02T00:00:00Z", "request_malformed")]
    [InlineData("statement.csv", "until=2026-01-02T00:00:00Z", "request_malformed")]
    public async Task Statement_PeriodThatIsNone_Is400(string route, string query, string code)
    {
        using var answer = await User.Get($"/credits/{route}?{query}");

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal(code, (await ApiSession.Json(answer)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/entries")]
    [InlineData("/holds")]
    [InlineData("/grants")]
    [InlineData("/statement?" + Century)]
    [InlineData("/statement.csv?" + Century)]
    public async Task EveryRoute_OfNobody_Is401(string route)
    {
        using var http = new HttpClient { BaseAddress = customer.Stack.Origin };
        using var answer = await http.GetAsync(new Uri("/api/v1/credits" + route, UriKind.Relative));

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal("not_signed_in", (await ApiSession.Json(answer)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Another_UsersHold_IsNotInMyEntries()
    {
        using var stranger = await customer.Stack.SignUp();

        var page = await stranger.Read($"/credits/entries?holdId={customer.JobId}");

        Assert.Empty(page.GetProperty("entries").EnumerateArray());
    }

    private async Task<List<JsonElement>> Entries(string query = "") =>
        [.. (await User.Read("/credits/entries?" + query)).GetProperty("entries").EnumerateArray()];

    private async Task<IEnumerable<string?>> Kinds(string query) =>
        (await Entries(query)).Select(e => e.GetProperty("kind").GetString());

    private static void AssertBalance(long posted, long held, JsonElement balance)
    {
        Assert.Equal(posted, balance.GetProperty("posted").GetInt64());
        Assert.Equal(held, balance.GetProperty("held").GetInt64());
        Assert.Equal(posted - held, balance.GetProperty("available").GetInt64());
    }

    /// <summary>Granted 600, held 1, charged 1.</summary>
    public sealed class Customer(Stack stack) : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("ax2-credits-").FullName;

        public Stack Stack => stack;

        public ApiSession Session { get; private set; } = null!;

        public string JobId { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Session = await stack.SignUp();
            JobId = (await Session.StartJob(await Upload(Session, seconds: 1))).GetProperty("id").GetString()!;
            Assert.Equal("done", (await Session.End(JobId)).GetProperty("stage").GetString());
        }

        /// <summary>So much silence.</summary>
        public async Task<string> Upload(ApiSession session, int seconds)
        {
            var file = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{seconds}.flac"));
            await SampleVideo.Ffmpeg(["-y", "-f", "lavfi", "-i", "anullsrc=r=8000", "-t", $"{seconds}", file]);
            return await session.ReadyUpload(file);
        }

        public ValueTask DisposeAsync()
        {
            Session.Dispose();
            Directory.Delete(_folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
