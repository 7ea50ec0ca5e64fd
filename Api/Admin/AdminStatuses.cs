using Ax2.Http;

namespace Ax2.Admin;

/// <summary>What the refusals of admin acts are in HTTP.</summary>
internal sealed class AdminStatuses : RefusalStatuses
{
    internal override IReadOnlyDictionary<string, int> Statuses { get; } = new Dictionary<string, int>
    {
        [AdminRefusals.NotAdmin] = StatusCodes.Status403Forbidden,
        [AdminRefusals.UserUnknown] = StatusCodes.Status404NotFound,
        [AdminRefusals.PlanUnknown] = StatusCodes.Status422UnprocessableEntity,
    };
}
