using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Ax2.Captions.Speech;

[StatelessWorker]
public sealed class SpeechCatalogGrain(SpeechEngines engines) : Grain, ISpeechCatalogGrain
{
    public Task<ImmutableArray<string>> GetLanguages() =>
        Task.FromResult(engines.Languages.Order(StringComparer.Ordinal).ToImmutableArray());
}
