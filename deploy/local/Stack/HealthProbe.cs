namespace Ax2.Local;

/// <summary>Asks a service whether it is ready.</summary>
internal sealed class HealthProbe(TimeProvider time) : IDisposable
{
    /// <summary>More than the API takes to say that no silo answers.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(7);

    // Never through a proxy: everything asked here is on this machine.
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>Null when it is ready, else what is wrong in a few words.</summary>
    public async Task<string?> AskAsync(Uri service, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await http.GetAsync(new Uri(service, "/health/ready"), either.Token);
            if (answer.IsSuccessStatusCode)
            {
                return null;
            }

            // Its first line is the status, and each further one a part that is away.
            var parts = (await answer.Content.ReadAsStringAsync(either.Token)).Split('\n').Skip(1);
            return $"not ready (HTTP {(int)answer.StatusCode}{string.Concat(parts.Select(part => ", " + part))})";
        }
        catch (HttpRequestException failure)
        {
            return $"no answer ({failure.HttpRequestError})";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Timeout.TotalSeconds:0} s";
        }
    }

    public void Dispose() => http.Dispose();
}
