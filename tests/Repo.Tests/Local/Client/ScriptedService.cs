using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using Ax2.Local.Client;
using Microsoft.Extensions.Time.Testing;

namespace Ax2.Repo.Tests.Local;

/// <summary>
/// Answers a client's requests from a function, without a network, and keeps what was asked. Null is never answered.
/// </summary>
internal sealed class ScriptedService(Func<HttpRequestMessage, HttpResponseMessage?> answer) : HttpMessageHandler
{
    private int _underWay;

    public ConcurrentQueue<string> Asked { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public ApiClient Client() => new(this, new Uri("http://service"), Time);

    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public static HttpResponseMessage Problem(HttpStatusCode status, string code, string detail) =>
        new(status)
        {
            Content = new StringContent(
                $$"""{"code":"{{code}}","detail":"{{detail}}"}""", Encoding.UTF8, "application/problem+json"),
        };

    /// <summary>
    /// Lets the client's waits pass a thousand times as fast. Not while a request is under way, which would run out of
    /// timeout before a busy machine has answered it.
    /// </summary>
    public async Task<T> FastForward<T>(Task<T> work)
    {
        while (!work.IsCompleted)
        {
            await ((Task)work).WaitAsync(TimeSpan.FromMilliseconds(1), TimeProvider.System)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Volatile.Read(ref _underWay) == 0)
                Time.Advance(TimeSpan.FromSeconds(1));
        }
        return await work;
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            Asked.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}");
            if (request.Content is not null)
                await request.Content.LoadIntoBufferAsync(cancellationToken);
            if (answer(request) is { } response)
            {
                response.RequestMessage = request;
                return response;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
        await Task.Delay(Timeout.InfiniteTimeSpan, Time, cancellationToken);
        throw new UnreachableException();
    }
}
