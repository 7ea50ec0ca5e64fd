using System.Runtime.InteropServices;
using Ax2.Benchmarks.Speech;
using Ax2.Local;
using Ax2.Local.Client;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.Cluster;

/// <summary>
/// Jobs that keep the embedded engine of every silo at work, one after the other, until this is disposed. They outlive
/// whatever happens to the cluster meanwhile.
/// </summary>
internal sealed class EngineLoad : IAsyncDisposable
{
    private const int Minutes = 10;
    private const int JobsOfSilo = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private readonly BenchUser _user;
    private readonly Task _jobs;
    private int _done;

    private EngineLoad(BenchUser user, Guid upload, int jobs)
    {
        _user = user;
        _jobs = Task.WhenAll(Enumerable.Range(0, jobs).Select(_ => RunAsync(upload)));
    }

    /// <summary>For every silo and API: a user has the credits, and a job is spread over all silos.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["PriceList__WelcomeCredits"] = "10000000",
        ["Jobs__ChunkTarget"] = "00:01:00",
        ["Jobs__ChunkCutWindow"] = "00:00:10",
    };

    /// <summary>Jobs that have ended well.</summary>
    public int Done => _done;

    /// <summary>Answers when the processors of the machine have nothing left.</summary>
    /// <param name="cluster">With <see cref="Settings"/>.</param>
    public static async Task<EngineLoad> StartAsync(LocalCluster cluster, CancellationToken cancellationToken)
    {
        var speech = Path.Combine(cluster.Folder, "load.wav");
        var samples = MemoryMarshal.Cast<byte, short>(VariedSpeech.Make(Minutes).ToPcm()).ToArray();
        await SyntheticSpeech.WriteWavAsync(speech, samples, cancellationToken);
        var user = await BenchUser.SignUpAsync(cluster.Origin, cancellationToken);
        var upload = await user.UploadAsync(speech, cancellationToken);
        var load = new EngineLoad(user, upload, cluster.Silos.Count * JobsOfSilo);
        try
        {
            return await Processors.FillAsync(cancellationToken) is var busy && Processors.AreFull(busy)
                ? load
                : throw new SetupException($"The jobs did not fill the processors: {busy:0.00} of 1.");
        }
        catch
        {
            await load.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _jobs;
        _user.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(Guid upload)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var job = await _user.StartJobAsync(upload, _stop.Token);
                var ended = await _user.EndAsync(job, _stop.Token);
                Interlocked.Add(ref _done, ended.Stage == "done" ? 1 : 0);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
            }
            catch (Exception away) when (away is HttpRequestException or ApiException or IOException
                or OperationCanceledException)
            {
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            }
        }
    }
}
