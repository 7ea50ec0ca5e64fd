using Ax2.Http;

namespace Ax2.Media;

/// <summary>What the refusals of uploads are in HTTP.</summary>
internal sealed class MediaStatuses : RefusalStatuses
{
    internal override IReadOnlyDictionary<string, int> Statuses { get; } = new Dictionary<string, int>
    {
        [MediaRefusals.FileEmpty] = StatusCodes.Status422UnprocessableEntity,
        [MediaRefusals.FileTooLarge] = StatusCodes.Status413PayloadTooLarge,
        [MediaRefusals.FileNameInvalid] = StatusCodes.Status422UnprocessableEntity,
        [MediaRefusals.TooManyOpen] = StatusCodes.Status409Conflict,
        [MediaRefusals.StorageFull] = StatusCodes.Status409Conflict,
        [MediaRefusals.UploadUnknown] = StatusCodes.Status404NotFound,
        [MediaRefusals.UploadDeleted] = StatusCodes.Status410Gone,
        [MediaRefusals.PartMissing] = StatusCodes.Status422UnprocessableEntity,
        [MediaRefusals.PartChecksumMismatch] = StatusCodes.Status422UnprocessableEntity,
        [MediaRefusals.NotMedia] = StatusCodes.Status422UnprocessableEntity,
        [MediaRefusals.NoAudio] = StatusCodes.Status422UnprocessableEntity,
        [MediaRefusals.AudioEmpty] = StatusCodes.Status422UnprocessableEntity,
        [MediaRefusals.MediaTooLong] = StatusCodes.Status422UnprocessableEntity,
        [MediaRefusals.MediaTruncated] = StatusCodes.Status422UnprocessableEntity,
        [MediaRefusals.MediaUnreadable] = StatusCodes.Status422UnprocessableEntity,
    };
}
