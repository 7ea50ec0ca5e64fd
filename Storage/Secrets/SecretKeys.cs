namespace Ax2.Secrets;

/// <summary>The key-encryption keys of one purpose, read once: a rotation is a restart, process by process.</summary>
public sealed class SecretKeys
{
    private readonly Dictionary<string, byte[]> keys;

    /// <summary>The options are without fault: <see cref="SecretKeyOptions.FindFault(string)"/>.</summary>
    public SecretKeys(SecretKeyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Configuration does not distinguish upper and lower case, but what is stored must.
        keys = options.Keys.ToDictionary(
            key => key.Key.ToLowerInvariant(), key => SecretKeyOptions.ReadKey(key.Value), StringComparer.Ordinal);
        CurrentId = options.CurrentKey.ToLowerInvariant();
    }

    /// <summary>The id of the key that new writes use. Empty when these keys only read.</summary>
    public string CurrentId { get; }

    public int Count => keys.Count;

    public IEnumerable<string> Ids => keys.Keys;

    /// <summary>Null when nothing is known under this id.</summary>
    internal byte[]? Find(string id) => keys.GetValueOrDefault(id);
}
