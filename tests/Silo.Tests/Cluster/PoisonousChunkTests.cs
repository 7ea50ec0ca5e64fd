using Ax2.Benchmarks.Cluster;
using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests.Cluster;

/// <summary>
/// A chunk whose every attempt ends its silo, beside another on the same silo that is there each time and does no harm.
/// </summary>
[Collection(AloneCollection.Name)]
[NeedsProcesses]
public sealed class PoisonousChunkTests
{
    private const int ChunkSeconds = 10;
    private const string Poison = "/chunks/0";
    private const string Neighbour = "/chunks/1";
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChunkThatEndsEveryWorker_FailsAlone_AndItsNeighbourIsDelivered()
    {
        await Prepared.PostgresAsync(Cancellation);
        await using var speech = await SlowSpeechServer.StartAsync(ChunkSeconds, Cancellation);
        var never = new TaskCompletionSource();
        // Together they never end; without the other the neighbour is answered.
        speech.Script = call => Is(call, Poison) || CallsOf(speech, Neighbour) <= 2
            ? SpeechReply.WordsAfter(never.Task)
            : SpeechReply.Words;
        await using var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions { Settings = Settings(speech) }, Cancellation);
        using var user = await BenchUser.SignUpAsync(cluster.Origin, Cancellation);
        var talk = Path.Combine(cluster.Folder, "talk.wav");
        await SyntheticSpeech.WriteWavAsync(talk, SyntheticSpeech.Make(2 * ChunkSeconds, seed: 1), Cancellation);
        var job = await user.StartJobAsync(await user.UploadAsync(talk, Cancellation), Cancellation);
        var ended = user.EndAsync(job, Cancellation);

        await StrikeAsync(cluster, () => CallsOf(speech, Poison) == 1 && CallsOf(speech, Neighbour) == 1);
        await StrikeAsync(cluster, () => CallsOf(speech, Poison) == 2 && CallsOf(speech, Neighbour) == 2);
        await StrikeAsync(cluster, () => CallsOf(speech, Poison) == 3);

        var over = await ended;
        Assert.Equal(("partial", "chunk_poisonous"), (over.Stage, over.Error?.Code));
        Assert.Equal((3, 3), (CallsOf(speech, Poison), CallsOf(speech, Neighbour)));
        Assert.True(Assert.Single(over.Tracks).CueCount > 0);
    }

    private static Dictionary<string, string> Settings(SlowSpeechServer speech) => new(speech.Settings)
    {
        ["Jobs__ChunkTarget"] = $"00:00:{ChunkSeconds}",
        ["Jobs__ChunkCutWindow"] = "00:00:02",
        ["Jobs__MaxChunksPerSilo"] = "2",
    };

    /// <summary>Kills the silo when it is so far, and starts it again.</summary>
    private static async Task StrikeAsync(LocalCluster cluster, Func<bool> isSoFar)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!isSoFar())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Timeout, "The chunks were not begun.");
            await Task.Delay(LookEvery, TimeProvider.System, Cancellation);
        }

        await cluster.Silos[0].KillAsync(Cancellation);
        await cluster.Silos[0].StartAsync(Cancellation);
    }

    private static bool Is(SpeechCall call, string chunk) => call.Key.EndsWith(chunk, StringComparison.Ordinal);

    private static int CallsOf(SlowSpeechServer speech, string chunk) => speech.Calls.Count(call => Is(call, chunk));
}
