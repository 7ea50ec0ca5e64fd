using System.Collections.Concurrent;
using Ax2.Credits;

namespace Ax2.Benchmarks.Credits.Faults;

/// <param name="Refusal">The code of the answer; null when the command was carried out.</param>
internal sealed record Acknowledged(Guid AccountId, string OperationId, string? Refusal);

/// <summary>
/// Callers that repeat every command under its id until it is answered, now and then twice at once, and record the
/// answers. They pause in between: the run looks for instants, not load, and every round reads the whole ledger.
/// </summary>
internal sealed class FaultWorkload(int seed, Func<Random, IGrainFactory> choose, IReadOnlyList<Guid> accounts)
{
    private const int Callers = 12;
    private const int MaxPauseMs = 150;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<Acknowledged> _acknowledged = new();
    private int _repeats;

    public IReadOnlyCollection<Acknowledged> Acknowledged => _acknowledged;

    /// <summary>How often a command was sent again because nobody knew.</summary>
    public int Repeats => _repeats;

    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller, stop), stop)));

    private async Task CallAsync(int caller, CancellationToken stop)
    {
        var random = new Random(seed * 1000 + caller);
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var account = accounts[random.Next(accounts.Count)];
            var hold = Guid.CreateVersion7();
            var name = $"{caller}/{i}";
            await SendAsync(account, new GrantCredits($"{name}/grant", random.Next(1, 20), "test"), random, stop);
            await SendAsync(account, new ReserveCredits($"{name}/reserve", hold, random.Next(1, 30)), random, stop);
            ICreditCommand end = random.Next(3) switch
            {
                0 => new ReleaseHold($"{name}/release", hold),
                _ => new SettleHold($"{name}/settle", hold, random.Next(1, 20)),
            };
            await SendAsync(account, end, random, stop);
            await SendAsync(account, new ReleaseHold($"{name}/release2", hold), random, stop);
            if (random.Next(3) == 0)
            {
                await SendAsync(account, new RefundCharge($"{name}/refund", hold, 1, "test"), random, stop);
            }

            await Task.Delay(
                TimeSpan.FromMilliseconds(random.Next(MaxPauseMs)), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task SendAsync(Guid account, ICreditCommand command, Random random, CancellationToken stop)
    {
        var isDoubled = random.Next(5) == 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var sends = Enumerable.Range(0, isDoubled ? 2 : 1)
                    .Select(_ => Send(choose(random).GetGrain<ICreditAccountGrain>(account), command)).ToList();
                var answers = await Task.WhenAll(sends);
                if (answers.Select(a => (a.Balance, a.Refusal?.Code)).Distinct().Count() > 1)
                {
                    throw new FaultRunException($"{command.OperationId} was answered in two ways.");
                }

                _acknowledged.Enqueue(new Acknowledged(account, command.OperationId, answers[0].Refusal?.Code));
                return;
            }
            catch (Exception e) when (e is not FaultRunException)
            {
                // Nobody knows: the silo or the database is gone, or another activation owns the account.
                Interlocked.Increment(ref _repeats);
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private static Task<CreditAnswer> Send(ICreditAccountGrain account, ICreditCommand command) => command switch
    {
        GrantCredits c => account.Grant(c),
        ReserveCredits c => account.Reserve(c),
        SettleHold c => account.Settle(c),
        ReleaseHold c => account.Release(c),
        RefundCharge c => account.Refund(c),
        _ => throw new ArgumentOutOfRangeException(nameof(command)),
    };
}

/// <summary>The ledger broke its promise.</summary>
public sealed class FaultRunException(string message) : Exception(message);
