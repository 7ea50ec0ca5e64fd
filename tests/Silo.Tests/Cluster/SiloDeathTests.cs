using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests.Cluster;

/// <summary>
/// The silo that holds every activation, and through which the API calls, is lost under calls of every kind: a caller
/// has an answer within 10 s, the right one or <c>503</c> with a code and a time to come back.
/// </summary>
[Collection(AloneCollection.Name)]
[NeedsProcesses]
public sealed class SiloDeathTests
{
    private const string Event = "data:";
    private const int TalkSeconds = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RepeatEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RecoveryTimeout = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("killed")]
    [InlineData("frozen")]
    public async Task EveryKindOfCall_ItsSiloIsLost_IsAnsweredWithin10sAndThenCarriedOut(string fault)
    {
        await Prepared.PostgresAsync(Cancellation);
        await using var speech = await SlowSpeechServer.StartAsync(TalkSeconds, Cancellation);
        await using var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions { Settings = speech.Settings }, Cancellation);
        using var user = new HttpUser(cluster.Origin);
        // A frozen silo keeps its connections, and is voted out later than one whose connections broke.
        var calls = await PrepareAsync(cluster, speech, user, until: fault == "frozen" ? "" : Event);
        // The only silo so far, so all that was activated stays there.
        await cluster.AddSiloAsync(Cancellation);

        var answers = await LoseAsync(cluster.Silos[0], fault, () => calls.Select(user.SendAsync).ToList());

        Assert.Empty(calls.Zip(answers, Fault).OfType<string>());
        await AssertCarriedOutAsync(user, calls);
    }

    private static async Task<IReadOnlyList<HttpCall>> PrepareAsync(
        LocalCluster cluster, SlowSpeechServer speech, HttpUser user, string until)
    {
        var talk = Path.Combine(cluster.Folder, "talk.wav");
        await SyntheticSpeech.WriteWavAsync(talk, SyntheticSpeech.Make(TalkSeconds, seed: 1), Cancellation);
        await user.SignUpAsync(Cancellation);
        var ready = await user.UploadAsync(talk, isCompleted: true, Cancellation);
        var done = await user.StartJobAsync(ready, Cancellation);
        await user.EndAsync(done, Cancellation);
        var never = new TaskCompletionSource();
        speech.Script = _ => SpeechReply.WordsAfter(never.Task);
        var running = await user.StartJobAsync(ready, Cancellation);
        var sent = await user.UploadAsync(talk, isCompleted: false, Cancellation);
        var unwanted = await user.UploadAsync(talk, isCompleted: true, Cancellation);
        var order = new { uploadId = ready, language = "en" };
        return
        [
            new("POST", $"/uploads/{sent}/complete", new { }, 200) { MayAnswer = 202 },
            new("POST", "/jobs", order, 202) { IdempotencyKey = "during the fault" },
            new("POST", "/quotes", order, 200),
            new("POST", "/uploads", new { fileName = "a.mp4", sizeBytes = 3 }, 201),
            new("POST", "/sessions", user.Credentials, 201),
            new("POST", "/sessions/refresh", new { refreshToken = user.RefreshToken }, 200),
            new("GET", "/me", null, 200),
            // It is sent while it is read: what has begun can only break off.
            new("GET", "/me/export", null, 200) { MayAnswer = 0 },
            new("GET", "/sessions", null, 200),
            new("GET", "/workspaces", null, 200),
            new("GET", "/languages", null, 200),
            new("GET", "/jobs", null, 200),
            new("GET", $"/jobs/{done}", null, 200),
            new("GET", $"/jobs/{done}/captions/en.srt", null, 200),
            new("GET", $"/jobs/{running}/events", null, 200) { Until = until },
            new("GET", "/credits", null, 200),
            new("GET", "/credits/entries", null, 200),
            new("GET", $"/uploads/{ready}", null, 200),
            new("DELETE", $"/uploads/{unwanted}", null, 204),
        ];
    }

    /// <summary>Killed with the calls under way; frozen before them, so that none is even rejected.</summary>
    private static async Task<IReadOnlyList<HttpAnswer>> LoseAsync(
        SiloNode silo, string fault, Func<IReadOnlyList<Task<HttpAnswer>>> call)
    {
        if (fault == "frozen")
        {
            silo.Freeze();
            return await Task.WhenAll(call());
        }

        var answers = call();
        await silo.KillAsync(Cancellation);
        return await Task.WhenAll(answers);
    }

    /// <summary>Null when the answer is as it may be.</summary>
    private static string? Fault(HttpCall call, HttpAnswer answer)
    {
        var isRight = answer.Status == call.Status || answer.Status == call.MayAnswer
            || answer is { Status: 503, Code: not null, RetryAfter: not null };
        return isRight && answer.After < Limit ? null : $"{call.Method} {call.Path}: {answer}";
    }

    private static async Task AssertCarriedOutAsync(HttpUser user, IReadOnlyList<HttpCall> calls)
    {
        var since = TimeProvider.System.GetTimestamp();
        foreach (var call in calls.Where(call => call.Path != "/sessions/refresh"))
        {
            HttpAnswer answer;
            var whole = call with { Until = call.Until is null ? null : Event };
            while ((answer = await user.SendAsync(whole)).Status != call.Status)
            {
                var isInTime = TimeProvider.System.GetElapsedTime(since) < RecoveryTimeout;
                Assert.True(isInTime, $"{call.Method} {call.Path}: {answer}");
                await Task.Delay(RepeatEvery, TimeProvider.System, Cancellation);
            }
        }
    }
}
