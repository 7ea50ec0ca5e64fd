namespace Ax2.Users;

/// <summary>
/// One way to a provider and back. Key: <see cref="SecretToken.GrainKey"/> of its <c>state</c>. Only silos know it; it
/// lives in memory, and whoever loses it begins again.
/// </summary>
[Alias("ax2.IExternalFlow")]
public interface IExternalFlow : IGrainWithStringKey
{
    [Alias("Begin")]
    Task Begin(ExternalFlow flow);

    /// <summary>Once, and only for the browser that began.</summary>
    [Alias("Take")]
    Task<ExternalFlow?> Take(string binding);
}

/// <param name="LinkTo">The session whose user adds the provider; null signs in.</param>
[GenerateSerializer, Alias("ax2.ExternalFlow"), Immutable]
public sealed record ExternalFlow(
    [property: Id(0)] string Provider,
    [property: Id(1)] string Binding,
    [property: Id(2)] string Nonce,
    [property: Id(3)] string CodeVerifier,
    [property: Id(4)] Guid? LinkTo);

public sealed class ExternalFlowGrain(TimeProvider time) : Grain, IExternalFlow
{
    internal const string Kind = "oidcflow";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private (ExternalFlow Flow, DateTimeOffset EndsAt)? _open;

    public Task Begin(ExternalFlow flow)
    {
        _open = (flow, time.GetUtcNow() + Life);
        DelayDeactivation(Life);
        return Task.CompletedTask;
    }

    public Task<ExternalFlow?> Take(string binding)
    {
        var flow = _open is { } open && time.GetUtcNow() < open.EndsAt && open.Flow.Binding == binding
            ? open.Flow
            : null;
        // A wrong browser ends it as well: nobody tries twice.
        _open = null;
        DeactivateOnIdle();
        return Task.FromResult(flow);
    }
}
