using Ax2.Http;

namespace Ax2.Jobs;

/// <summary>What the refusals of jobs are in HTTP.</summary>
internal sealed class JobStatuses : RefusalStatuses
{
    internal override IReadOnlyDictionary<string, int> Statuses { get; } = new Dictionary<string, int>
    {
        [JobRefusals.IdempotencyConflict] = StatusCodes.Status409Conflict,
        [JobRefusals.UploadNotReady] = StatusCodes.Status409Conflict,
        [JobRefusals.AudioStreamUnknown] = StatusCodes.Status422UnprocessableEntity,
        [JobRefusals.JobUnknown] = StatusCodes.Status404NotFound,
        [JobRefusals.OptionUnavailable] = StatusCodes.Status422UnprocessableEntity,
        [JobRefusals.TranslationLanguageInvalid] = StatusCodes.Status422UnprocessableEntity,
        [JobRefusals.SpeechRefused] = StatusCodes.Status422UnprocessableEntity,
        [JobRefusals.ChunkPoisonous] = StatusCodes.Status422UnprocessableEntity,
        [JobRefusals.EngineUnavailable] = StatusCodes.Status422UnprocessableEntity,
        [JobRefusals.NothingToRetry] = StatusCodes.Status409Conflict,
        [JobRefusals.RangeInvalid] = StatusCodes.Status422UnprocessableEntity,
        [JobRefusals.CheckpointLost] = StatusCodes.Status422UnprocessableEntity,
        [JobRefusals.AudioLost] = StatusCodes.Status422UnprocessableEntity,
        [JobRefusals.StageFailed] = StatusCodes.Status422UnprocessableEntity,
        [JobRefusals.MergeImpossible] = StatusCodes.Status409Conflict,
    };
}
