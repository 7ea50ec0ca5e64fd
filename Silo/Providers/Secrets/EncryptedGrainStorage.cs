using Orleans.Storage;

namespace Ax2.Secrets;

/// <summary>What to think of rows that are not encrypted. Section <c>Secrets</c>.</summary>
public sealed class EncryptedGrainStorageOptions
{
    /// <summary>
    /// False reads a confidential state that stands in clear, from before there was encryption, and encrypts it with
    /// its next write. True refuses it, so that whoever can write to the table cannot make up such a state. Turn it on
    /// once no such row is left; SECURITY.md has the query. Default false.
    /// </summary>
    public bool RefusePlainStates { get; set; }
}

/// <summary>
/// Grain storage that encrypts the states marked <see cref="ConfidentialAttribute"/> before they reach the rows, and
/// leaves the others as readable JSON. What is read decides by itself whether it is encrypted, so a state may be
/// marked, or unmarked, at any time.
/// </summary>
/// <param name="rows">Keeps <see cref="StoredRow"/>s by the serializer <see cref="RowSerializer"/>.</param>
/// <param name="json">Makes text of every state.</param>
internal sealed class EncryptedGrainStorage(
    IGrainStorage rows, IGrainStorageSerializer json, SecretKeys keys, EncryptedGrainStorageOptions options)
    : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = RowOf(grainState);
        await rows.ReadStateAsync(stateName, grainId, row);
        // A grain that has no row, or a cleared one, has a new state.
        var empty = Activator.CreateInstance<T>();
        try
        {
            grainState.State = row.State?.Bytes is { Length: > 0 } bytes
                ? Read<T>(bytes, stateName, grainId) ?? empty
                : empty;
        }
        catch (Exception fault) when (empty is IUnreadableState<T>)
        {
            grainState.State = ((IUnreadableState<T>)empty).Unreadable(fault);
        }

        CopyVersion(row, grainState);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = RowOf(grainState);
        var text = json.Serialize(grainState.State).ToMemory();
        row.State = new StoredRow
        {
            Bytes = Confidential.Of<T>.IsMarked
                ? StateEnvelope.Encrypt(keys, text.Span, stateName, grainId.Key.ToString()!)
                : text.ToArray(),
        };
        await rows.WriteStateAsync(stateName, grainId, row);
        CopyVersion(row, grainState);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = RowOf(grainState);
        await rows.ClearStateAsync(stateName, grainId, row);
        grainState.State = Activator.CreateInstance<T>();
        CopyVersion(row, grainState);
    }

    private T? Read<T>(byte[] bytes, string stateName, GrainId grainId)
    {
        if (StateEnvelope.IsEncrypted(bytes))
        {
            bytes = StateEnvelope.Decrypt(keys, bytes, stateName, grainId.Key.ToString()!);
        }
        else if (options.RefusePlainStates && Confidential.Of<T>.IsMarked)
        {
            throw new InvalidOperationException(
                $"The state '{stateName}' of {grainId} is not encrypted, and Secrets:RefusePlainStates is on.");
        }

        return json.Deserialize<T>(new BinaryData(bytes));
    }

    private static GrainState<StoredRow> RowOf<T>(IGrainState<T> grainState) =>
        new() { ETag = grainState.ETag, RecordExists = grainState.RecordExists };

    private static void CopyVersion<T>(GrainState<StoredRow> row, IGrainState<T> grainState)
    {
        grainState.ETag = row.ETag;
        grainState.RecordExists = row.RecordExists;
    }

    private static class Confidential
    {
        internal static class Of<T>
        {
            public static readonly bool IsMarked = typeof(T).IsDefined(typeof(ConfidentialAttribute), inherit: false);
        }
    }
}

/// <summary>The bytes of one row, whatever they are.</summary>
internal sealed class StoredRow
{
    public byte[] Bytes { get; init; } = [];
}

/// <summary>
/// For the provider below <see cref="EncryptedGrainStorage"/>: rows hold the bytes that they are given.
/// </summary>
internal sealed class RowSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(((StoredRow)(object)input!).Bytes);

    public T Deserialize<T>(BinaryData input) => (T)(object)new StoredRow { Bytes = input.ToArray() };
}
