using System.Diagnostics;
using Ax2.Benchmarks.Cluster;
using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests.Cluster;

/// <summary>An API that is asked to stop while clients watch jobs.</summary>
[NeedsProcesses]
[Collection(AloneCollection.Name)]
public sealed class ApiStopTests
{
    private const int Watchers = 3;

    /// <summary>Idle it stops within 2 s; while streams were open it took the host's whole 30 s.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_WhileStreamsAreOpen_EndsThemAndTheyGoOnAtItsSuccessor()
    {
        // No silo recognises anything: the job waits, and its streams stay open.
        var settings = new Dictionary<string, string> { ["Jobs__MaxChunksPerSilo"] = "0" };
        await using var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions { Settings = settings }, Cancel);
        var talk = Path.Combine(cluster.Folder, "talk.wav");
        await SyntheticSpeech.WriteWavAsync(talk, SyntheticSpeech.Make(2, seed: 1), Cancel);
        using var user = await BenchUser.SignUpAsync(cluster.Origin, Cancel);
        var job = await user.StartJobAsync(await user.UploadAsync(talk, Cancel), Cancel);
        var streams = await Task.WhenAll(Enumerable.Range(0, Watchers).Select(_ => OpenAsync(user, job)));
        var rest = streams.Select(stream => stream.ReadToEndAsync(Cancel)).ToList();

        var clock = Stopwatch.StartNew();
        var code = await cluster.Apis[0].StopAsync(Cancel);

        Assert.Equal(0, code);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Timeout);
        // A stream that is cut off, not ended, throws here.
        await Task.WhenAll(rest);
        await cluster.Apis[0].StartAsync(Cancel);
        using var again = await OpenAsync(user, job);
        foreach (var stream in streams)
        {
            stream.Dispose();
        }
    }

    /// <summary>After its first event.</summary>
    private static async Task<StreamReader> OpenAsync(BenchUser user, Guid job)
    {
        var stream = new StreamReader(await user.Api.OpenEventsAsync(job, lastEventId: null, Cancel));
        while (await stream.ReadLineAsync(Cancel) is { Length: > 0 })
        {
        }

        return stream;
    }
}
