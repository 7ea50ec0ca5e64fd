using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Ax2.Http;

/// <summary>Loses answers: a call is carried out, and its caller gets the fault of a silo that is gone.</summary>
internal sealed class LostAnswers : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<(string Method, string Key), int> _toLose = new();

    /// <param name="key">Of the grain, as <see cref="GrainId.Key"/> writes it.</param>
    internal void Lose(string method, Guid key, int times) => _toLose[(method, $"{key:N}")] = times;

    /// <summary>How many more will be lost.</summary>
    internal int LeftOf(string method, Guid key) => _toLose[(method, $"{key:N}")];

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        var call = (context.MethodName, context.TargetId.Key.ToString()!);
        if (_toLose.TryGetValue(call, out var left) && left > 0)
        {
            _toLose[call] = left - 1;
            throw new SiloUnavailableException("The silo is gone.");
        }
    }
}
