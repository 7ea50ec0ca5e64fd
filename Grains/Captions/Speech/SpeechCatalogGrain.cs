using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Ax2.Captions.Speech;

[StatelessWorker]
public sealed class SpeechCatalogGrain(ISpeechRecognizer recognizer) : Grain, ISpeechCatalogGrain
{
    public Task<ImmutableArray<string>> GetLanguages() =>
        Task.FromResult(recognizer.Languages.Order(StringComparer.Ordinal).ToImmutableArray());
}
