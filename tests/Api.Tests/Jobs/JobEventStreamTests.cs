using System.IO.Pipelines;
using System.Text;
using Ax2.Credits;
using Ax2.TestKit;
using Ax2.Users;
using Ax2.Workspaces;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ax2.Jobs;

/// <summary>The bytes that a watcher of a job gets.</summary>
public sealed class JobEventStreamTests : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Guid _job = Guid.CreateVersion7();
    private readonly Caller _caller = new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), CredentialKind.Session, Guid.CreateVersion7(), []);
    private readonly TaskCompletionSource<JobView?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pipe _body = new();
    private readonly DefaultHttpContext _context = new();
    private readonly ApplicationLifetime _host = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly ServiceProvider _services;
    private readonly IClusterClient _cluster;
    private readonly JobEvents _events;
    private SessionInfo? _session;
    private int _calls;

    public JobEventStreamTests()
    {
        _session = new SessionInfo(_caller.UserId, _caller.WorkspaceId, DateTimeOffset.MaxValue);
        var job = Scripted.As<ICaptionJobGrain>((_, arguments) =>
            Interlocked.Increment(ref _calls) == 1 ? Task.FromResult(View(1, JobStage.Transcribing)) : _end.Task);
        var session = Scripted.As<ISessionGrain>((_, _) => Task.FromResult(_session));
        var workspace = Scripted.As<IWorkspaceGrain>((_, _) => Task.FromResult<WorkspaceView?>(
            new WorkspaceView(_caller.WorkspaceId, "", WorkspaceRole.Owner, IsHome: true)));
        _cluster = Scripted.As<IClusterClient>((_, arguments) => arguments[0] is Guid id && id == _job ? job
            : arguments[0] is Guid other && other == _caller.SessionId ? session
            : workspace);
        _services = new ServiceCollection().AddLogging().AddOptions().AddSingleton(_cluster)
            .AddSingleton<TimeProvider>(_time).AddSingleton<Credentials>().AddSingleton<Memberships>()
            .BuildServiceProvider();
        _events = new JobEvents(_cluster, _time, NullLogger<JobEvents>.Instance);
        _context.RequestServices = _services;
        _context.Response.Body = _body.Writer.AsStream();
        _context.Features.Set(new WorkspaceInUse(_caller.WorkspaceId, RouteClass.Read));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Get_RunningJob_SendsEventsWithIdsAndCommentsWhileNothingHappens()
    {
        var serving = Serve();
        var first = await Read("\n\n");
        var comment = await ReadWhileTimePasses(": keep-alive\n\n");
        _end.SetResult(View(2, JobStage.Done));
        await serving.WaitAsync(_timeout, Cancellation);
        await _body.Writer.CompleteAsync();
        var last = await Read("\n\n");

        AssertEvent(first, id: 1);
        Assert.Equal(": keep-alive\n\n", comment);
        AssertEvent(last.Replace(": keep-alive\n\n", "", StringComparison.Ordinal), id: 2);
        Assert.StartsWith("text/event-stream", _context.Response.ContentType, StringComparison.Ordinal);
        Assert.Contains("no-store", _context.Response.Headers.CacheControl.ToString(), StringComparison.Ordinal);
        Assert.Equal("no", _context.Response.Headers["X-Accel-Buffering"]);
    }

    [Fact]
    public async Task Get_AfterTheLastEventOfAJobThatIsOver_IsNoContent()
    {
        _calls = 1;
        _end.SetResult(View(2, JobStage.Done));
        _context.Request.Headers["Last-Event-ID"] = "2";

        await Serve().WaitAsync(_timeout, Cancellation);

        Assert.Equal(StatusCodes.Status204NoContent, _context.Response.StatusCode);
    }

    [Fact]
    public async Task Get_JobThatIsUnknown_IsNotFound()
    {
        _calls = 1;
        _end.SetResult(null);

        await Serve().WaitAsync(_timeout, Cancellation);

        Assert.Equal(StatusCodes.Status404NotFound, _context.Response.StatusCode);
    }

    [Fact]
    public async Task Get_SessionThatEndsMeanwhile_EndsTheStream()
    {
        var serving = Serve();
        await Read("\n\n");
        _session = null;
        _time.Advance(TimeSpan.FromSeconds(5));
        _end.SetResult(View(2, JobStage.Done));

        await serving.WaitAsync(_timeout, Cancellation);
        await _body.Writer.CompleteAsync();

        Assert.Equal("", await Read("\n\n"));
    }

    [Fact]
    public async Task Get_ProcessThatStops_EndsTheStreamInOrder()
    {
        var serving = Serve();
        var first = await Read("\n\n");

        _host.StopApplication();
        await serving.WaitAsync(_timeout, Cancellation);
        await _body.Writer.CompleteAsync();

        AssertEvent(first, id: 1);
        Assert.Equal("", await Read("\n\n"));
        Assert.False(_context.RequestAborted.IsCancellationRequested);
    }

    /// <summary>204 would make an EventSource stay away.</summary>
    [Fact]
    public async Task Get_WhileTheProcessStops_IsAnEmptyStreamAndNotTheEnd()
    {
        _calls = 1;
        _host.StopApplication();

        await Serve().WaitAsync(_timeout, Cancellation);

        Assert.Equal(StatusCodes.Status200OK, _context.Response.StatusCode);
        Assert.StartsWith("text/event-stream", _context.Response.ContentType, StringComparison.Ordinal);
    }

    private async Task Serve()
    {
        var result = await JobEventStream.Get(_job, _caller, _context, _events, _cluster, _host);
        await result.ExecuteAsync(_context);
    }

    /// <summary>What was sent, up to and with <paramref name="end"/>; less when the stream ended.</summary>
    private async Task<string> Read(string end)
    {
        while (true)
        {
            var read = await _body.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(_timeout, Cancellation);
            var text = Encoding.UTF8.GetString(read.Buffer);
            if (read.IsCompleted || text.EndsWith(end, StringComparison.Ordinal))
            {
                _body.Reader.AdvanceTo(read.Buffer.End);
                return text;
            }

            _body.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The stream begins to wait after the event was read: one step of the clock may be too early.</summary>
    private async Task<string> ReadWhileTimePasses(string end)
    {
        var reading = Read(end);
        while (!reading.IsCompleted)
        {
            _time.Advance(JobEvents.KeepAlive);
            await Task.Yield();
        }

        return (await reading)[..end.Length];
    }

    private static void AssertEvent(string text, long id)
    {
        var lines = text.TrimEnd('\n').Split('\n').Select(line => line.Split(": ", 2))
            .ToDictionary(line => line[0], line => line[1]);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        Assert.Equal(["data", "event", "id"], lines.Keys.Order(StringComparer.Ordinal));
        Assert.Equal($"{id}", lines["id"]);
        Assert.Equal("job", lines["event"]);
        Assert.Contains($"\"eventNumber\":{id}", lines["data"], StringComparison.Ordinal);
    }

    private JobView? View(long number, JobStage stage) => new(
        _job, _caller.WorkspaceId, Guid.Empty, "talk.wav", "en", stage, number, MediaDurationMs: 60_000, ProcessedMs: 0,
        EstimatedRemainingMs: null, new Quote(1, 10, []), HeldCredits: 0, ChargedCredits: 0, Tracks: [], Refusal: null,
        DateTimeOffset.UnixEpoch, StartedAt: null, FinishedAt: null, History: [], Run: 1, OrderedMs: 60_000,
        Range: null, MergeInto: null, Queue: null, Chunks: [], IsCutComplete: true, SpeedMsPerSecond: null,
        DraftUntilMs: null, Charge: null, Quality: null);
}
