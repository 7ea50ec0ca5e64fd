using Microsoft.Extensions.Options;

namespace Ax2.Captions.Speech;

internal static class SpeechStart
{
    /// <summary>
    /// Loads the models at start, so that no grain's turn waits for them and the first job is as fast as the second.
    /// A host without an engine, or without the one it should prefer, does not start.
    /// </summary>
    internal static void OpenSpeechEngines(this IHost host)
    {
        var engines = host.Services.GetRequiredService<SpeechEngines>().Names;
        if (engines.Count == 0)
        {
            throw new RefusedStartException(
                $"There is no speech engine: set {EmbeddedSpeechOptions.Section}:ModelFolder (./ax2 setup fetches the "
                + $"models) or {RemoteSpeechOptions.Section}:Endpoint.");
        }
        var preferred = host.Services.GetRequiredService<IOptions<SpeechOptions>>().Value.Preferred;
        if (preferred.Length > 0 && !engines.Contains(preferred))
        {
            throw new RefusedStartException(
                $"{SpeechOptions.Section}:Preferred is '{preferred}'; there is {string.Join(" and ", engines)}.");
        }
    }
}
