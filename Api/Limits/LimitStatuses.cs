using Ax2.Http;

namespace Ax2.Limits;

/// <summary>What the refusals of rate limits are in HTTP.</summary>
internal sealed class LimitStatuses : RefusalStatuses
{
    internal override IReadOnlyDictionary<string, int> Statuses { get; } = new Dictionary<string, int>
    {
        [LimitRefusals.RateLimited] = StatusCodes.Status429TooManyRequests,
    };
}
