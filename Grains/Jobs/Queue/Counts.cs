namespace Ax2.Jobs.Queue;

/// <summary>How many there are of each key; one that has none takes no memory.</summary>
internal sealed class Counts<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, int> _counts = [];

    public int Of(TKey key) => _counts.GetValueOrDefault(key);

    public void Add(TKey key, int more)
    {
        var count = Of(key) + more;
        if (count == 0)
        {
            _counts.Remove(key);
        }
        else
        {
            _counts[key] = count;
        }
    }
}
