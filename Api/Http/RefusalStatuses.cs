using System.Collections.Frozen;
using Ax2.Outages;

namespace Ax2.Http;

/// <summary>
/// The HTTP status of each code that a slice refuses with. It stands beside the slice's routes; every type that derives
/// from this one is found by itself, so <see cref="Problems"/> knows no slice.
/// </summary>
internal abstract class RefusalStatuses
{
    internal abstract IReadOnlyDictionary<string, int> Statuses { get; }

    /// <summary>Throws when two tables have the same code.</summary>
    internal static FrozenDictionary<string, int> Gather(IEnumerable<Type> types) => types
        .Where(type => type.IsSubclassOf(typeof(RefusalStatuses)) && !type.IsAbstract)
        .Select(type => (RefusalStatuses)Activator.CreateInstance(type)!)
        .SelectMany(table => table.Statuses)
        .ToDictionary()
        .ToFrozenDictionary();
}

/// <summary>What every route may answer.</summary>
internal sealed class HttpStatuses : RefusalStatuses
{
    internal override IReadOnlyDictionary<string, int> Statuses { get; } = new Dictionary<string, int>
    {
        [Problems.CrossSite] = StatusCodes.Status403Forbidden,
        [Problems.RequestMalformed] = StatusCodes.Status400BadRequest,
        [Problems.BodyTooLarge] = StatusCodes.Status413PayloadTooLarge,
        [Problems.CursorInvalid] = StatusCodes.Status400BadRequest,
        [Problems.LimitInvalid] = StatusCodes.Status400BadRequest,
        [Problems.IdempotencyKeyInvalid] = StatusCodes.Status400BadRequest,
        [Problems.NotFound] = StatusCodes.Status404NotFound,
        [Problems.Internal] = StatusCodes.Status500InternalServerError,
        [Problems.Unavailable] = StatusCodes.Status503ServiceUnavailable,
        [StorageFaults.Unavailable] = StatusCodes.Status503ServiceUnavailable,
        [ServiceBusyException.Code] = StatusCodes.Status503ServiceUnavailable,
    };
}
