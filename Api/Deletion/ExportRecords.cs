using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;

namespace Ax2.Deletion;

/// <summary>
/// The records of an export, each once. An answer that has begun cannot become an error, so a silo that dies or a store
/// that is away is waited out: the records are read anew, and those that are written already are passed over.
/// </summary>
/// <param name="read">Begins with the first record each time.</param>
/// <param name="time">For the pauses.</param>
internal sealed class ExportRecords(Func<IAsyncEnumerable<PersonalRecord>> read, TimeProvider time)
{
    /// <summary>Without a new record; then the export breaks off.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Parts of hashes: no process holds the records themselves.</summary>
    private readonly HashSet<Guid> _written = [];

    /// <summary>A fault before the first record is the caller's to answer.</summary>
    public async IAsyncEnumerable<PersonalRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var newestAt = time.GetTimestamp();
        while (true)
        {
            var records = read().GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(records, newestAt) is { } hasRecord)
            {
                if (!hasRecord)
                {
                    await EndAsync(records);
                    yield break;
                }

                if (_written.Add(Identity(records.Current)))
                {
                    newestAt = time.GetTimestamp();
                    yield return records.Current;
                }
            }

            await EndAsync(records);
            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }

    /// <summary>Null when it has to be read anew.</summary>
    private async Task<bool?> NextAsync(IAsyncEnumerator<PersonalRecord> records, long newestAt)
    {
        try
        {
            return await records.MoveNextAsync();
        }
        catch (Exception fault)
            when (Passes(fault) && _written.Count > 0 && time.GetElapsedTime(newestAt) < Limit)
        {
            return null;
        }
    }

    private static async Task EndAsync(IAsyncEnumerator<PersonalRecord> records)
    {
        try
        {
            await records.DisposeAsync();
        }
        catch (Exception fault) when (Passes(fault))
        {
            // Its silo is gone, and the enumerator with it.
        }
    }

    private static bool Passes(Exception fault) =>
        fault is OrleansException or TimeoutException or EnumerationAbortedException;

    private static Guid Identity(PersonalRecord record) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{record.Kind} {record.Json}")).AsSpan(0, 16));
}
