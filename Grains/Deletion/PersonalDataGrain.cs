using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Ax2.Admin;
using Ax2.Captions;
using Ax2.Credits;
using Ax2.Jobs;
using Ax2.Media;
using Ax2.Users;
using Ax2.Workspaces;

namespace Ax2.Deletion;

/// <summary>
/// Reads what every slice holds on a user, page by page. No secret, no signed address and no operator's name goes into
/// a record.
/// </summary>
public sealed class PersonalDataGrain(
    IJobIndex jobs, IUploadIndex uploads, IAuditLog audit, SecurityLog securityLog) : Grain, IPersonalDataGrain
{
    private const int PageSize = 50;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public async IAsyncEnumerable<PersonalRecord> Export(Device device)
    {
        var userId = this.GetPrimaryKey();
        if (await GrainFactory.GetGrain<IUserGrain>(userId).GetProfile() is not { } profile)
        {
            yield break;
        }

        await securityLog.Record(userId, "data_export", device);
        yield return Record("profile", profile);
        var factor = await GrainFactory.GetGrain<ISecondFactorGrain>(userId).GetStatus();
        yield return Record("second_factor", factor);
        foreach (var session in await GrainFactory.GetGrain<IUserSessionsGrain>(userId).List())
        {
            yield return Record("session", session);
        }

        foreach (var key in await GrainFactory.GetGrain<IUserApiKeysGrain>(userId).List())
        {
            yield return Record("api_key", key);
        }

        foreach (var workspace in await GrainFactory.GetGrain<IUserWorkspacesGrain>(userId).List())
        {
            yield return Record("workspace", workspace);
        }

        var workspaceId = profile.HomeWorkspaceId;
        await foreach (var id in Pages(after => uploads.ListOfWorkspaceAsync(workspaceId, after, PageSize, default)))
        {
            if (await GrainFactory.GetGrain<IUploadGrain>(id).Get(workspaceId) is { } upload)
            {
                yield return Record("upload", Shown(upload));
            }
        }

        await foreach (var id in Pages(after => jobs.ListOfWorkspaceAsync(workspaceId, after, PageSize, default)))
        {
            if (await GrainFactory.GetGrain<ICaptionJobGrain>(id).Get(workspaceId) is { } job)
            {
                yield return Record("job", await Shown(job));
            }
        }

        await foreach (var entry in Entries(workspaceId))
        {
            yield return entry;
        }

        await foreach (var entry in Audit(userId))
        {
            yield return entry;
        }
    }

    private async Task<object> Shown(JobView job)
    {
        var tracks = await Task.WhenAll(job.Tracks.Select(track => GrainFactory
            .GetGrain<ICaptionTrackGrain>(job.JobId, track.Language, null).Get(job.WorkspaceId)));
        return new
        {
            job.JobId, job.UploadId, job.FileName, job.Language, job.Stage, job.MediaDurationMs, job.ChargedCredits,
            job.CreatedAt, job.FinishedAt,
            Captions = tracks.OfType<CaptionTrack>().Select(track => new { track.Language, track.Title, track.Cues }),
        };
    }

    private static object Shown(UploadView upload) =>
        new { upload.UploadId, upload.FileName, upload.SizeBytes, upload.State, upload.Media, upload.CreatedAt };

    private async IAsyncEnumerable<PersonalRecord> Entries(Guid workspaceId)
    {
        var account = GrainFactory.GetGrain<ICreditAccountGrain>(workspaceId);
        long? before = null;
        do
        {
            var page = await account.ListEntries(new CreditEntryQuery(PageSize, before));
            foreach (var entry in page.Entries)
            {
                yield return Record("credit_entry", new
                {
                    entry.Sequence, entry.OccurredAt, entry.Kind, entry.Change, entry.Balance, entry.OperationId,
                    entry.HoldId, entry.Reason,
                });
            }

            before = page.NextBefore;
        }
        while (before is not null);
    }

    /// <summary>What the user did, and then what others did about the user.</summary>
    private async IAsyncEnumerable<PersonalRecord> Audit(Guid userId)
    {
        var self = userId.ToString();
        foreach (var query in new AuditQuery[] { new(PageSize, Actor: self), new(PageSize, Target: $"user/{userId}") })
        {
            long? before = null;
            do
            {
                // The interface of the grain passes no token.
                var page = await audit.ListAsync(query with { Before = before }, CancellationToken.None);
                foreach (var entry in page.Where(entry => query.Actor is not null || entry.Actor != self))
                {
                    yield return Record("audit", Shown(entry, isOwn: entry.Actor == self));
                }

                before = page.Count == PageSize ? page[^1].Number : null;
            }
            while (before is not null);
        }
    }

    /// <summary>Who of the others it was, and from where, is theirs.</summary>
    private static object Shown(AuditEntry entry, bool isOwn) => new
    {
        entry.At, entry.Action, entry.Target, By = isOwn ? "you" : "others",
        Address = isOwn ? entry.Address : null, Content = JsonDocument.Parse(entry.Content).RootElement,
    };

    private static async IAsyncEnumerable<Guid> Pages(
        Func<Guid?, Task<ImmutableArray<Guid>>> read)
    {
        Guid? last = null;
        while (await read(last) is { IsEmpty: false } page)
        {
            foreach (var id in page)
            {
                yield return id;
            }

            last = page[^1];
        }
    }

    private static PersonalRecord Record(string kind, object value) =>
        new(kind, JsonSerializer.Serialize(value, Json));
}
