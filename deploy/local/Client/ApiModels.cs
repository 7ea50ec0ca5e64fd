namespace Ax2.Local.Client;

// What the API answers, as far as this client reads it. Unknown members are ignored.

internal sealed record Session(string AccessToken, string RefreshToken);

internal sealed record Upload(Guid Id, string State, long PartSizeBytes, IReadOnlyList<UploadPart> Parts)
{
    public bool IsOpen => State == "open";
    public bool IsReady => State == "ready";
}

/// <param name="Sha256">Of the bytes that are in, lower-case hexadecimal; null while the part is missing.</param>
/// <param name="Url">Where to PUT it, absolute or relative to the API's origin; null when it is in.</param>
internal sealed record UploadPart(int Number, long SizeBytes, bool Received, string? Sha256, string? Url);

internal sealed record PartChecksum(int Number, string Sha256);

internal sealed record QuoteAnswer(long TotalCredits, long AvailableCredits, long ShortfallCredits);

internal sealed record Job(
    Guid Id,
    string Stage,
    JobProgress Progress,
    JobCredits Credits,
    IReadOnlyList<JobTrack> Tracks,
    ProblemCode? Error)
{
    public bool IsOver => Stage is "done" or "partial" or "failed" or "cancelled";
}

internal sealed record JobProgress(double Percent, long MediaDurationMs, long? EstimatedRemainingMs);

internal sealed record JobCredits(long Charged);

internal sealed record JobTrack(string Language, int CueCount);

internal sealed record ProblemCode(string Code, string Message);

/// <summary>RFC 9457, with the service's own <c>code</c>.</summary>
internal sealed record Problem(string? Code, string? Title, string? Detail);
