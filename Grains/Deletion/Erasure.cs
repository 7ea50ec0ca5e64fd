using System.Collections.Immutable;
using Ax2.Credits;
using Ax2.Jobs;
using Ax2.Media;
using Ax2.Users;
using Ax2.Workspaces;

namespace Ax2.Deletion;

/// <summary>
/// The steps of an erasure. Each may be repeated: what is deleted stays deleted. They may call every slice, jobs too.
/// </summary>
public sealed class Erasure(IGrainFactory grains, IJobIndex jobs, IUploadIndex uploads)
{
    private const int PageSize = 50;

    /// <summary>How much there is, for the proof: counted before anything is erased.</summary>
    internal async Task<ImmutableSortedDictionary<string, int>> CountAsync(Guid userId, ErasureOrder order)
    {
        var sessions = await grains.GetGrain<IUserSessionsGrain>(userId).List();
        var keys = await grains.GetGrain<IUserApiKeysGrain>(userId).List();
        var counts = new Dictionary<string, int>
        {
            ["profile"] = 1,
            ["sessions"] = sessions.Length,
            ["api_keys"] = keys.Length,
            ["identities"] = order.Identities.Count,
            ["jobs"] = await CountAsync(
                after => jobs.ListOfWorkspaceAsync(order.HomeWorkspaceId, after, PageSize, default)),
            ["uploads"] = await CountAsync(
                after => uploads.ListOfWorkspaceAsync(order.HomeWorkspaceId, after, PageSize, default)),
        };
        return counts.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    internal async Task DeleteCredentialsAsync(Guid userId, ErasureOrder order)
    {
        await grains.GetGrain<IInternalUserSessionsGrain>(userId).Delete();
        await grains.GetGrain<IInternalUserApiKeysGrain>(userId).Delete();
        await grains.GetGrain<IInternalSecondFactorGrain>(userId).Delete();
        await grains.GetGrain<IInternalUserWorkspacesGrain>(userId).Delete();
        await grains.GetGrain<IKnownDevicesGrain>(EmailAddress.GrainKey(order.Email)).Delete();
        await Task.WhenAll(order.Identities.Select(
            key => grains.GetGrain<IExternalIdentityGrain>(key).Release(userId)));
    }

    /// <summary>Jobs, captions, media and their rows. False while a job is still ending.</summary>
    internal async Task<bool> DeleteWorkAsync(Guid workspaceId)
    {
        Guid? last = null;
        var isDone = true;
        while (await jobs.ListOfWorkspaceAsync(workspaceId, last, PageSize, default) is { IsEmpty: false } page)
        {
            var erased = await Task.WhenAll(
                page.Select(id => grains.GetGrain<ICaptionJobGrain>(id).Delete(workspaceId)));
            isDone &= erased.All(done => done);
            last = page[^1];
        }

        if (!isDone)
        {
            return false;
        }

        last = null;
        while (await uploads.ListOfWorkspaceAsync(workspaceId, last, PageSize, default) is { IsEmpty: false } page)
        {
            await Task.WhenAll(page.Select(id => grains.GetGrain<IUploadGrain>(id).DeleteRecord(workspaceId)));
            last = page[^1];
        }

        return true;
    }

    /// <summary>The entries stay, without a name; what is available expires. False while credits are held.</summary>
    internal async Task<bool> CloseCreditsAsync(Guid userId, ErasureOrder order)
    {
        var answer = await grains.GetGrain<ICreditAccountGrain>(order.HomeWorkspaceId).Close(new CloseAccount(
            $"erasure/{order.RequestedAt.ToUnixTimeMilliseconds()}", userId.ToString(), "account erased"));
        return answer.Refusal is null || answer.Refusal.Code == CreditRefusals.AccountClosed;
    }

    internal Task ReleaseAddressAsync(Guid userId, ErasureOrder order) =>
        grains.GetGrain<IEmailAddressGrain>(EmailAddress.GrainKey(order.Email)).Release(userId);

    private static async Task<int> CountAsync(Func<Guid?, Task<ImmutableArray<Guid>>> read)
    {
        var count = 0;
        Guid? last = null;
        while (await read(last) is { IsEmpty: false } page)
        {
            count += page.Length;
            last = page[^1];
        }

        return count;
    }
}
