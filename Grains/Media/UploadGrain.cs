using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Media;

/// <summary>
/// One file, from its first part to the probed object. A reminder, registered before the first state, deletes an upload
/// that is never completed. An upload that ends without a usable file has no bytes. A completion that a crash cut off
/// goes on with the next call, on whatever silo.
/// </summary>
public sealed class UploadGrain(
    [StoredState("upload")] StoredState<StoredUpload> state,
    IObjectStore store,
    IMediaProbe probe,
    IUploadIndex index,
    IOptions<UploadOptions> options,
    TimeProvider time,
    ILogger<UploadGrain> logger) : Grain, IUploadGrain, IRemindable
{
    private const string ExpiryReminder = "expire";
    private static readonly TimeSpan ExpiryPeriod = TimeSpan.FromHours(1);
    private UploadCompletion? _completion;

    private StoredUpload Upload => state.Value;

    private UploadCompletion Completion =>
        _completion ??= new(this.GetPrimaryKey(), state, store, probe, Conclude, options.Value, time, logger);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // An activation that is given up while it is created gets no call when it goes.
        if (Upload.State == UploadState.Open && !Upload.Joining.IsEmpty && !IsExpired
            && !cancellationToken.IsCancellationRequested)
        {
            Completion.Begin([]);
        }

        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _completion?.StopAsync().WaitAsync(cancellationToken) ?? Task.CompletedTask;

    public async Task<UploadAnswer> Start(StartUpload command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (Upload.Exists)
        {
            return Upload.Command == command
                ? new UploadAnswer(await View(), null)
                : throw new InvalidOperationException("This upload was begun with other content.");
        }

        if (Check(command) is { } refusal)
        {
            return new UploadAnswer(null, refusal);
        }

        if (await Quota(command.WorkspaceId).Reserve(this.GetPrimaryKey(), command.SizeBytes) is { } full)
        {
            return new UploadAnswer(null, full);
        }

        // Listed first: after a crash there may be a row without an upload, but no upload without a row.
        var now = time.GetUtcNow();
        await index.AddAsync(command.WorkspaceId, this.GetPrimaryKey(), now, CancellationToken.None);
        await this.RegisterOrUpdateReminder(ExpiryReminder, options.Value.Lifetime, ExpiryPeriod);
        var begun = new StoredUpload
        {
            Command = command,
            FileName = UploadPlan.DisplayName(command.FileName)!,
            State = UploadState.Open,
            PartSizeBytes = UploadPlan.PartSize(command.SizeBytes, options.Value.PartSizeBytes),
            CreatedAt = now,
            ExpiresAt = now + options.Value.Lifetime,
        };
        var multipartId = await store.BeginMultipartAsync(KeyOf(begun), CancellationToken.None);
        await state.UpdateAsync(_ => begun with { MultipartId = multipartId });
        return new UploadAnswer(await View(), null);
    }

    public async Task<UploadView?> Get(Guid workspaceId) => Upload.IsOwnedBy(workspaceId) ? await View() : null;

    public async Task<UploadAnswer> Complete(Guid workspaceId, ImmutableArray<PartChecksum> checksums)
    {
        if (!Upload.IsOwnedBy(workspaceId))
        {
            return new UploadAnswer(null, new Refusal(MediaRefusals.UploadUnknown, "There is no such upload."));
        }

        if (Upload.State == UploadState.Open && await Completion.WaitAsync(checksums) is { } missing)
        {
            return new UploadAnswer(await View(missing), missing);
        }

        return Upload.State == UploadState.Deleted
            ? new UploadAnswer(null, new Refusal(MediaRefusals.UploadDeleted, "This upload was deleted."))
            : new UploadAnswer(await View(), Upload.Refusal);
    }

    public async Task<bool> Delete(Guid workspaceId)
    {
        if (!Upload.IsOwnedBy(workspaceId))
        {
            return false;
        }

        if (Upload.State is UploadState.Open or UploadState.Ready)
        {
            await this.RegisterOrUpdateReminder(ExpiryReminder, ExpiryPeriod, ExpiryPeriod);
            await EndAsDeleted();
        }
        else
        {
            // A crash may have come between the decision and the clean-up: a repeated call completes it.
            await Completion.StopAsync();
            await RemoveBytes();
        }

        return true;
    }

    public async Task DeleteRecord(Guid workspaceId)
    {
        if (Upload.Exists && !Upload.IsOwnedBy(workspaceId))
        {
            return;
        }

        if (Upload.Exists)
        {
            await Completion.StopAsync();
            await RemoveBytes();
            await this.RemoveReminder(ExpiryReminder);
            await state.ClearAsync();
        }

        await index.RemoveAsync(workspaceId, this.GetPrimaryKey(), CancellationToken.None);
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (!Upload.Exists || Upload.State == UploadState.Ready)
        {
            await this.RemoveReminder(ExpiryReminder);
        }
        else if (Upload.State != UploadState.Open)
        {
            // A crash came between the decision and the clean-up.
            await RemoveBytes();
            await this.RemoveReminder(ExpiryReminder);
        }
        else if (IsExpired && !Completion.IsRunning)
        {
            await EndAsDeleted();
        }
    }

    /// <summary>From then on only a client's call begins or resumes its completion.</summary>
    private bool IsExpired => time.GetUtcNow() >= Upload.ExpiresAt;

    private string KeyOf(StoredUpload upload) =>
        UploadPlan.ObjectKey(upload.Command!.WorkspaceId, this.GetPrimaryKey());

    private IUploadQuotaGrain Quota(Guid workspaceId) => GrainFactory.GetGrain<IUploadQuotaGrain>(workspaceId);

    private Refusal? Check(StartUpload command)
    {
        var max = options.Value.MaxFileBytes;
        if (command.SizeBytes <= 0)
        {
            return new Refusal(MediaRefusals.FileEmpty, "The file is empty.");
        }

        if (command.SizeBytes > max)
        {
            return new Refusal(
                MediaRefusals.FileTooLarge,
                $"The file has {command.SizeBytes} bytes; at most {max} are accepted.",
                ImmutableDictionary<string, long>.Empty.Add("maxBytes", max));
        }

        return UploadPlan.DisplayName(command.FileName) is null
            ? new Refusal(
                MediaRefusals.FileNameInvalid, $"A file name has 1 to {UploadPlan.MaxFileNameLength} characters.")
            : null;
    }

    private async Task Conclude(ProbeAnswer answer)
    {
        if (answer.Media is not null)
        {
            await Quota(Upload.Command!.WorkspaceId).MarkComplete(this.GetPrimaryKey());
        }

        var ended = await state.UpdateAsync(upload => upload.Conclude(answer));
        if (ended.State == UploadState.Rejected)
        {
            await RemoveBytes();
        }

        // Whoever deleted it meanwhile does the rest.
        if (ended.State != UploadState.Deleted)
        {
            await this.RemoveReminder(ExpiryReminder);
        }
    }

    /// <summary>The decision is stored first; the reminder repeats the clean-up should a crash come between.</summary>
    private async Task EndAsDeleted()
    {
        await state.UpdateAsync(upload => upload with { State = UploadState.Deleted, Joining = [] });
        await Completion.StopAsync();
        await RemoveBytes();
        await this.RemoveReminder(ExpiryReminder);
    }

    private async Task RemoveBytes()
    {
        await store.AbortMultipartAsync(KeyOf(Upload), Upload.MultipartId, CancellationToken.None);
        await store.DeleteAsync(KeyOf(Upload), CancellationToken.None);
        await Quota(Upload.Command!.WorkspaceId).Release(this.GetPrimaryKey());
    }

    /// <param name="refusal">Of a part whose bytes are wrong, which the client must send again.</param>
    private async Task<UploadView> View(Refusal? refusal = null)
    {
        // A read interleaves with commands, a deletion among them: after an await the state may be another.
        var upload = Upload;
        var command = upload.Command!;
        var key = KeyOf(upload);
        var isReady = upload.State == UploadState.Ready;
        return new UploadView(
            this.GetPrimaryKey(), command.WorkspaceId, upload.FileName, command.SizeBytes, upload.State,
            upload.PartSizeBytes, await Parts(upload, UploadPlan.PartOf(refusal)), upload.Media, upload.Refusal,
            isReady ? store.SignRead(key, ContentType(upload.Media!), null, options.Value.LinkLifetime) : null,
            key, upload.CreatedAt, upload.ExpiresAt);
    }

    private async Task<ImmutableArray<UploadPart>> Parts(StoredUpload upload, long? wrongPart)
    {
        if (upload.State != UploadState.Open)
        {
            return [];
        }

        var listed = upload.Joining.IsEmpty
            ? await store.ListPartsAsync(KeyOf(upload), upload.MultipartId, CancellationToken.None)
            : upload.Joining;
        var stored = listed.ToDictionary(part => part.Number);
        return
        [
            .. from planned in UploadPlan.Parts(upload.Command!.SizeBytes, upload.PartSizeBytes)
               let part = stored.GetValueOrDefault(planned.Number)
               let isIn = part?.SizeBytes == planned.SizeBytes && planned.Number != wrongPart
               select new UploadPart(
                   planned.Number, planned.SizeBytes, isIn, isIn ? part!.Sha256 : null,
                   isIn ? null : Sign(upload, planned.Number, planned.SizeBytes)),
        ];
    }

    private string Sign(StoredUpload upload, int number, long sizeBytes) => store.SignPartUpload(
        KeyOf(upload), upload.MultipartId, number, sizeBytes, options.Value.LinkLifetime);

    /// <summary>What the probe found, not what the client said.</summary>
    private static string ContentType(MediaInfo media)
    {
        var kind = media.Video is null ? "audio" : "video";
        return media.Container switch
        {
            "mp4" or "webm" or "ogg" or "mpeg" => $"{kind}/{media.Container}",
            "mov" or "m4a" => $"{kind}/mp4",
            "matroska" => $"{kind}/x-matroska",
            "mp3" => "audio/mpeg",
            "wav" or "flac" or "aac" => $"audio/{media.Container}",
            _ => "application/octet-stream",
        };
    }
}
