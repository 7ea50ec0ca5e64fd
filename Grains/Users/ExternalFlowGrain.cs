namespace Ax2.Users;

/// <summary>
/// One authorization flow at a provider. Key: <see cref="SecretToken.GrainKey"/> of its <c>state</c>. Not for the API.
/// It is in memory only: when it is lost, the user starts again.
/// </summary>
[Alias("ax2.IExternalFlow")]
public interface IExternalFlowGrain : IGrainWithStringKey
{
    [Alias("Begin")]
    Task Begin(ExternalFlow flow);

    /// <summary>Answers the flow once, and only to the browser that began it.</summary>
    [Alias("Take")]
    Task<ExternalFlow?> Redeem(string binding);
}

/// <param name="LinkTo">The session whose user adds the provider; null signs in.</param>
[GenerateSerializer, Alias("ax2.ExternalFlow"), Immutable]
public sealed record ExternalFlow(
    [property: Id(0)] string Provider,
    [property: Id(1)] string Binding,
    [property: Id(2)] string Nonce,
    [property: Id(3)] string CodeVerifier,
    [property: Id(4)] Guid? LinkTo);

public sealed class ExternalFlowGrain(TimeProvider time) : Grain, IExternalFlowGrain
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

    public Task<ExternalFlow?> Redeem(string binding)
    {
        var flow = _open is { } open && time.GetUtcNow() < open.EndsAt && open.Flow.Binding == binding
            ? open.Flow
            : null;
        // A wrong browser ends it as well, so that the binding cannot be guessed.
        _open = null;
        DeactivateOnIdle();
        return Task.FromResult(flow);
    }
}
