namespace Ax2.Jobs.Queue;

/// <summary>
/// The slots for chunks that users were given, where older ones count less. It decides only between users who have the
/// same share now, so a new activation may begin without it.
/// </summary>
internal sealed class DecayedUsage
{
    /// <summary>How much a slot counts a second later: half after about ten minutes.</summary>
    private const double KeptEachSecond = 0.999;
    private const double Least = 0.01;

    private readonly Dictionary<Guid, double> _given = [];

    public double Of(Guid userId) => _given.GetValueOrDefault(userId);

    public void Add(Guid userId) => _given[userId] = _given.GetValueOrDefault(userId) + 1;

    /// <summary>To be called every second.</summary>
    public void Decay()
    {
        foreach (var (userId, given) in _given)
        {
            if (given < Least)
            {
                _given.Remove(userId);
            }
            else
            {
                _given[userId] = given * KeptEachSecond;
            }
        }
    }
}
