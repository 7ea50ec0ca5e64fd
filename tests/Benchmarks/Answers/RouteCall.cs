namespace Ax2.Benchmarks.Answers;

/// <summary>A way to call one route with a valid request, over and over.</summary>
/// <param name="route">As the OpenAPI document has it: <c>GET /api/v1/jobs/{id}</c>.</param>
/// <param name="right">See <see cref="Expected"/>.</param>
internal abstract class RouteCall(string route, string[] right)
{
    public string Route => route;

    public Expected Expected => new(right, WhenRepeated, WhenForgotten, WhileBroken);

    public string[] WhenRepeated { get; init; } = [];

    public string[] WhenForgotten { get; init; } = [];

    public string[] WhileBroken { get; init; } = [];

    /// <summary>A right answer that is not the end: the same is sent again, and is no repeat. Default: none.</summary>
    public Func<Answer, bool> IsUnderWay { get; init; } = _ => false;

    /// <summary>Between an answer and the next request.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(2);

    public bool IsStream { get; init; }

    /// <summary>What is wrong with the content of a success; null when nothing is. Default: nothing is.</summary>
    public Func<Answer, string?> FindFault { get; init; } = _ => null;

    /// <summary>After a right answer, for instance to remove what was made.</summary>
    public Func<Answer, Task> Then { get; init; } = _ => Task.CompletedTask;

    /// <summary>The request's content was sent before, and may have been carried out.</summary>
    public virtual bool IsRepeated => false;

    public abstract Task<HttpRequestMessage> NextAsync(CancellationToken cancellationToken);

    /// <summary>What came of the last request.</summary>
    public virtual void Conclude(Exchange exchange, Judgement judgement)
    {
    }
}

/// <summary>The same request each time, or one that needs no object of its own.</summary>
internal sealed class PlainCall(string route, string right, Func<HttpRequestMessage> request)
    : RouteCall(route, right.Split('|'))
{
    public override Task<HttpRequestMessage> NextAsync(CancellationToken cancellationToken) =>
        Task.FromResult(request());
}

/// <summary>Each request has an object of its own, and keeps it until it is answered for good.</summary>
internal sealed class SupplyCall<T>(string route, string right, Supply<T> supply, Func<T, HttpRequestMessage> request)
    : RouteCall(route, right.Split('|'))
{
    private (T Subject, bool IsRepeated)? _held;

    public override bool IsRepeated => _held?.IsRepeated == true;

    public override async Task<HttpRequestMessage> NextAsync(CancellationToken cancellationToken)
    {
        _held ??= (await supply.TakeAsync(cancellationToken), false);
        return request(_held.Value.Subject);
    }

    public override void Conclude(Exchange exchange, Judgement judgement)
    {
        if (exchange.Failure == Failure.Refused || (exchange.Answer is { } answer && IsUnderWay(answer)))
        {
            return;
        }

        var isOpen = exchange.Answer is null or { Status: 429 or >= 500 };
        _held = isOpen && _held is { } held ? (held.Subject, true) : null;
    }
}
