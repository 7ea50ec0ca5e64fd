namespace Ax2.Jobs;

/// <summary>The job's durable state, as the work in its grain sees and changes it.</summary>
internal interface IJobRecord
{
    Guid JobId { get; }

    CaptionJobState State { get; }

    /// <summary>Replaces the state, durable when it returns. Not an event: no number, no history.</summary>
    Task Save(CaptionJobState next);
}
