using Ax2.Http;

namespace Ax2.Captions;

/// <summary>What the refusals of captions are in HTTP.</summary>
internal sealed class CaptionStatuses : RefusalStatuses
{
    internal override IReadOnlyDictionary<string, int> Statuses { get; } = new Dictionary<string, int>
    {
        [CaptionRefusals.LanguageUnsupported] = StatusCodes.Status422UnprocessableEntity,
        [CaptionRefusals.FormatUnsupported] = StatusCodes.Status404NotFound,
        [CaptionRefusals.CaptionsUnknown] = StatusCodes.Status404NotFound,
    };
}
