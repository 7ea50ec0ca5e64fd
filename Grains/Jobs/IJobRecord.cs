namespace Ax2.Jobs;

/// <summary>The job's durable state, as the work in its grain sees and changes it.</summary>
internal interface IJobRecord
{
    Guid JobId { get; }

    CaptionJobState State { get; }

    /// <summary>
    /// Changes the state as it is then, durable when it returns. Not an event: no number, no history.
    /// </summary>
    Task Save(Func<CaptionJobState, CaptionJobState> change);
}
