using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace Ax2.Media;

/// <summary>
/// The storage that a workspace's uploads use. Key: the workspace id. Not for the API. An upload counts with its whole
/// size from its start until its bytes are deleted, so that concurrent uploads cannot exceed the limit together. All
/// calls are idempotent by the upload's id.
/// </summary>
[Alias("ax2.IUploadQuota")]
public interface IUploadQuotaGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Null when the upload fits; its size is reserved then. Refusals: <see cref="MediaRefusals.TooManyOpen"/>,
    /// <see cref="MediaRefusals.StorageFull"/>.
    /// </summary>
    [Alias("Reserve")]
    Task<Refusal?> Reserve(Guid uploadId, long bytes);

    /// <summary>The upload is complete: it is stored, and not open any more.</summary>
    [Alias("Keep")]
    Task MarkComplete(Guid uploadId);

    [Alias("Release")]
    Task Release(Guid uploadId);
}

public sealed class UploadQuotaGrain(
    [StoredState("upload-quota")] StoredState<UploadQuotaState> state,
    IOptions<UploadOptions> options,
    TimeProvider time) : Grain, IUploadQuotaGrain
{
    /// <summary>
    /// An open upload deletes itself when it expires. A reservation that is this much older is of an upload that never
    /// began, because a crash came between.
    /// </summary>
    private static readonly TimeSpan ReservationTimeout = TimeSpan.FromDays(1);

    public async Task<Refusal?> Reserve(Guid uploadId, long bytes)
    {
        var now = time.GetUtcNow();
        var uploads = state.Value.Uploads.RemoveRange(state.Value.Uploads
            .Where(upload => upload.Value.OpenUntil <= now).Select(upload => upload.Key));
        if (uploads.ContainsKey(uploadId))
        {
            return null;
        }

        if (Refuse(uploads, bytes) is { } refusal)
        {
            return refusal;
        }

        await Update(_ => uploads.Add(
            uploadId, new CountedUpload(bytes, now + options.Value.Lifetime + ReservationTimeout)));
        return null;
    }

    public Task MarkComplete(Guid uploadId) => Update(uploads =>
        uploads.TryGetValue(uploadId, out var upload)
            ? uploads.SetItem(uploadId, upload with { OpenUntil = null })
            : uploads);

    public Task Release(Guid uploadId) => Update(uploads => uploads.Remove(uploadId));

    private Refusal? Refuse(ImmutableDictionary<Guid, CountedUpload> uploads, long bytes)
    {
        var limits = options.Value;
        if (limits.MaxOpenPerWorkspace > 0
            && uploads.Values.Count(upload => upload.OpenUntil is not null) >= limits.MaxOpenPerWorkspace)
        {
            return Of(
                MediaRefusals.TooManyOpen, $"At most {limits.MaxOpenPerWorkspace} uploads may be open at a time.",
                "maxOpen", limits.MaxOpenPerWorkspace);
        }

        if (limits.MaxFilesPerWorkspace > 0 && uploads.Count >= limits.MaxFilesPerWorkspace)
        {
            return Of(
                MediaRefusals.StorageFull, $"At most {limits.MaxFilesPerWorkspace} files are kept: delete some first.",
                "maxFiles", limits.MaxFilesPerWorkspace);
        }

        var max = limits.MaxBytesPerWorkspace;
        return max > 0 && uploads.Values.Sum(upload => upload.Bytes) > max - bytes
            ? Of(MediaRefusals.StorageFull, $"At most {max} bytes are kept: delete some files first.", "maxBytes", max)
            : null;
    }

    private Task<UploadQuotaState> Update(
        Func<ImmutableDictionary<Guid, CountedUpload>, ImmutableDictionary<Guid, CountedUpload>> change) =>
        state.UpdateAsync(quota =>
        {
            var uploads = change(quota.Uploads);
            return uploads == quota.Uploads ? quota : new UploadQuotaState { Uploads = uploads };
        });

    private static Refusal Of(string code, string message, string name, long figure) =>
        new(code, message, ImmutableDictionary<string, long>.Empty.Add(name, figure));
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
public sealed record UploadQuotaState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>The uploads that count, by id.</summary>
    public ImmutableDictionary<Guid, CountedUpload> Uploads { get; init; } =
        ImmutableDictionary<Guid, CountedUpload>.Empty;
}

/// <param name="OpenUntil">Null for a file that is complete.</param>
public sealed record CountedUpload(long Bytes, DateTimeOffset? OpenUntil);
