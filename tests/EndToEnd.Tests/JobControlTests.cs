using System.Text.Json;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;
using Npgsql;
using Xunit;

namespace Ax2.Tests;

/// <summary>
/// What a user does with a job that runs or is over, through the API of real processes: the provider says when and how
/// each chunk is answered, so that every moment between can be looked at.
/// </summary>
public sealed class JobControlTests(JobControlTests.Cluster cluster) : IClassFixture<JobControlTests.Cluster>
{
    private const int Chunks = 3;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private SlowSpeechServer Speech => cluster.Speech;

    private ApiSession User => cluster.User;

    [Fact]
    public async Task Cancel_OfARunningJob_EndsItsWorkWithinTwoSecondsAndReturnsTheHold()
    {
        var before = await User.Read("/credits");
        var never = new TaskCompletionSource();
        var calls = Listen(_ => SpeechReply.WordsAfter(never.Task));
        var job = await Start();
        var running = await calls(job, Chunks);

        var asked = TimeProvider.System.GetUtcNow();
        using var cancelled = await User.Post($"/jobs/{job}/cancel", new { });
        var ends = await Task.WhenAll(running.Select(call => call.Over)).WaitAsync(Timeout);

        Assert.Equal(202, (int)cancelled.StatusCode);
        Assert.All(ends, end => Assert.InRange(end - asked, TimeSpan.Zero, TimeSpan.FromSeconds(2)));
        Assert.Equal("cancelled", Text(await User.End(job), "stage"));
        Assert.Equal(before.GetRawText(), (await User.Read("/credits")).GetRawText());
    }

    [Fact]
    public async Task Captions_WhileTheRestStillRuns_AreTheFirstChunks()
    {
        var rest = new TaskCompletionSource();
        Listen(call => IsChunk(call, 0) ? SpeechReply.Words : SpeechReply.WordsAfter(rest.Task));
        var job = await Start();
        var until = await DraftUntil(job);

        using var draft = await User.Get($"/jobs/{job}/captions/en.vtt");
        var draftText = await draft.Content.ReadAsStringAsync();
        rest.SetResult();
        await User.End(job);
        using var whole = await User.Get($"/jobs/{job}/captions/en.vtt");
        var wholeText = await whole.Content.ReadAsStringAsync();

        Assert.Equal($"{until}", Assert.Single(draft.Headers.GetValues("Captions-Draft-Until-Ms")));
        Assert.StartsWith("WEBVTT", draftText, StringComparison.Ordinal);
        Assert.Contains("-->", draftText, StringComparison.Ordinal);
        Assert.False(whole.Headers.Contains("Captions-Draft-Until-Ms"));
        Assert.True(wholeText.Length > 2 * draftText.Length, $"{draftText.Length} of {wholeText.Length}");
    }

    [Fact]
    public async Task Retry_OfAPartialJob_RecognisesOnlyWhatFailed()
    {
        var calls = Listen(call => IsChunk(call, 1) ? SpeechReply.Refused : SpeechReply.Words);
        var job = await Start();
        var partial = await User.End(job);
        var first = await calls(job, Chunks);
        Listen(_ => SpeechReply.Words);

        using var retried = await User.Post($"/jobs/{job}/retry", new { });
        var done = await User.End(job);
        using var again = await User.Post($"/jobs/{job}/retry", new { });

        Assert.Equal(("partial", 1), (Text(partial, "stage"), partial.GetProperty("run").GetInt32()));
        Assert.Equal(JsonValueKind.Object, partial.GetProperty("error").ValueKind);
        Assert.Equal(202, (int)retried.StatusCode);
        Assert.Equal(("done", 2), (Text(done, "stage"), done.GetProperty("run").GetInt32()));
        var later = Speech.Calls.Where(call => IsOf(call, job)).Skip(first.Count);
        Assert.True(IsChunk(Assert.Single(later), 1));
        Assert.Equal("nothing_to_retry", await Code(again, 409));
    }

    [Fact]
    public async Task Range_MergedIntoAJob_ReplacesThatPartOfItsCaptionsOnly()
    {
        Listen(_ => SpeechReply.Words);
        var target = await Start();
        await User.End(target);
        var before = await Cues(target);

        var range = new { startMs = 10_000, endMs = 15_000 };
        var part = await Start(new { range, engine = "remote", mergeInto = target });
        var done = await User.End(part);
        var after = await Cues(target);

        var (from, until) = (Ms(done.GetProperty("range"), "startMs"), Ms(done.GetProperty("range"), "endMs"));
        Assert.Equal("done", Text(done, "stage"));
        Assert.True(from <= 10_000 && until >= 15_000 && until - from < 25_000, $"{from} to {until}");
        Assert.Equal(target, Text(done, "mergeInto"));
        Assert.Equal(Outside(before), Outside(after));
        Assert.Equal(Words(before), Words(after));
        Assert.True(done.GetProperty("credits").GetProperty("charged").GetInt64() > 0);

        IEnumerable<string> Outside(List<JsonElement> cues) => cues
            .Where(cue => Ms(cue, "endMs") <= from || Ms(cue, "startMs") >= until).Select(cue => cue.GetRawText());
    }

    [Fact]
    public async Task Over_DoneFailedOrCancelled_LeavesNoFolderAndNoRowWithoutPayload()
    {
        Listen(_ => SpeechReply.Words);
        var done = await User.End(await Start());
        Listen(_ => SpeechReply.Refused);
        var failed = await User.End(await Start());
        var never = new TaskCompletionSource();
        var calls = Listen(_ => SpeechReply.WordsAfter(never.Task));
        var job = await Start();
        await calls(job, Chunks);
        Assert.True(Directory.Exists(cluster.FolderOf(job)));
        (await User.Post($"/jobs/{job}/cancel", new { })).Dispose();
        var cancelled = await User.End(job);

        JsonElement[] over = [done, failed, cancelled];
        Assert.Equal(["done", "failed", "cancelled"], over.Select(end => Text(end, "stage")));
        Assert.DoesNotContain(over, end => Directory.Exists(cluster.FolderOf(Text(end, "id")!)));
        Assert.Equal(0L, await cluster.Sql("SELECT count(*) FROM orleans.storage WHERE payload IS NULL"));
    }

    [Theory]
    [InlineData("""{"engine":"abacus"}""", 422, "engine_unavailable")]
    [InlineData("""{"range":{"startMs":5,"endMs":5}}""", 422, "range_invalid")]
    [InlineData("""{"range":{"startMs":0,"endMs":3600000}}""", 422, "range_invalid")]
    [InlineData("""{"mergeInto":"0190a000-0000-7000-8000-000000000000"}""", 404, "job_unknown")]
    public async Task Start_OfAPartThatCannotBe_IsRefusedWithItsCode(string part, int status, string code)
    {
        using var answer = await User.Post("/jobs", Order(JsonDocument.Parse(part).RootElement));

        Assert.Equal(code, await Code(answer, status));
    }

    [Fact]
    public async Task Retry_OfAnothersJob_AnswersAsIfThereWereNone()
    {
        Listen(_ => SpeechReply.Words);
        var job = await Start();
        await User.End(job);
        using var stranger = await ApiSession.SignUp(cluster.Origin);

        using var retried = await stranger.Post($"/jobs/{job}/retry", new { });
        using var merged = await stranger.Post("/jobs", Order(JsonSerializer.SerializeToElement(new { mergeInto = job })));

        Assert.Equal("job_unknown", await Code(retried, 404));
        Assert.Equal(404, (int)merged.StatusCode);
    }

    /// <summary>Answers by the script from now on. What it returns waits for so many requests of a job.</summary>
    private Func<string, int, Task<List<SpeechCall>>> Listen(Func<SpeechCall, SpeechReply> script)
    {
        var asked = new SemaphoreSlim(0);
        Speech.Script = call =>
        {
            asked.Release();
            return script(call);
        };
        return async (job, count) =>
        {
            List<SpeechCall> calls;
            while ((calls = [.. Speech.Calls.Where(call => IsOf(call, job))]).Count < count)
            {
                Assert.True(await asked.WaitAsync(Timeout), $"{calls.Count} of {count} chunks were asked for.");
            }

            return calls;
        };
    }

    private async Task<string> Start(object? part = null)
    {
        using var started = await User.Post("/jobs", Order(JsonSerializer.SerializeToElement(part ?? new { })));
        var job = await ApiSession.Json(started);
        Assert.True((int)started.StatusCode == 202, job.ToString());
        return Text(job, "id")!;
    }

    private Dictionary<string, object> Order(JsonElement part)
    {
        var order = new Dictionary<string, object> { ["uploadId"] = cluster.Upload, ["language"] = "en" };
        foreach (var field in part.EnumerateObject())
        {
            order[field.Name] = field.Value;
        }

        return order;
    }

    private async Task<long> DraftUntil(string job)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        await foreach (var (_, now) in User.Events(job, -1, timeout.Token))
        {
            if (now.GetProperty("progress").GetProperty("draftUntilMs") is { ValueKind: JsonValueKind.Number } until)
            {
                return until.GetInt64();
            }
        }

        throw new InvalidOperationException("The events ended without a draft.");
    }

    private async Task<List<JsonElement>> Cues(string job) =>
        [.. (await User.Read($"/jobs/{job}/captions/en.json")).GetProperty("cues").EnumerateArray()];

    private static string Words(List<JsonElement> cues) => string.Join(
        ' ', cues.SelectMany(cue => cue.GetProperty("lines").EnumerateArray()).Select(line => line.GetString()));

    /// <summary>A request names its job, its chunk and its attempt.</summary>
    private static bool IsOf(SpeechCall call, string job) => call.Key.StartsWith(job, StringComparison.Ordinal);

    private static bool IsChunk(SpeechCall call, int index) => call.Key.Split('/')[2] == $"{index}";

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static long Ms(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    private static async Task<string?> Code(HttpResponseMessage answer, int status)
    {
        var problem = await ApiSession.Json(answer);
        Assert.True((int)answer.StatusCode == status, problem.ToString());
        return Text(problem, "code");
    }

    /// <summary>One silo, a provider that answers as told, a user and a file of three chunks.</summary>
    public sealed class Cluster : IAsyncLifetime
    {
        private LocalCluster? _cluster;

        public SlowSpeechServer Speech { get; private set; } = null!;

        public ApiSession User { get; private set; } = null!;

        public string Upload { get; private set; } = "";

        public Uri Origin => _cluster!.Origin;

        /// <summary>Where the object store puts what a job needs while it runs.</summary>
        public string FolderOf(string job) =>
            Path.Combine(_cluster!.Objects, "objects", "jobs", Guid.Parse(job).ToString("N"));

        public async Task<object?> Sql(string query)
        {
            await using var database = NpgsqlDataSource.Create(_cluster!.Postgres.ConnectionString + ";Pooling=false");
            await using var command = database.CreateCommand(query);
            return await command.ExecuteScalarAsync();
        }

        public async ValueTask InitializeAsync()
        {
            Speech = await SlowSpeechServer.StartAsync(1_000, CancellationToken.None);
            var settings = new Dictionary<string, string>(Speech.Settings)
            {
                ["Jobs__ChunkTarget"] = "00:00:10",
                ["Jobs__ChunkCutWindow"] = "00:00:02",
                ["Jobs__MaxChunksPerSilo"] = "8",
            };
            _cluster = await LocalCluster.StartAsync(
                new LocalClusterOptions { Settings = settings }, CancellationToken.None);
            User = await ApiSession.SignUp(Origin);
            var file = Path.Combine(_cluster.Folder, "talk.wav");
            await SyntheticSpeech.WriteWavAsync(
                file, SyntheticSpeech.Make(10 * Chunks, seed: 7), CancellationToken.None);
            Upload = await User.ReadyUpload(file);
        }

        public async ValueTask DisposeAsync()
        {
            User?.Dispose();
            await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
            await Speech.DisposeAsync();
        }
    }
}
