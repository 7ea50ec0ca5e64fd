using System.Collections.Immutable;
using Ax2.Credits;
using Ax2.Jobs;
using Ax2.Limits;
using Ax2.Media;
using Ax2.Workspaces;

namespace Ax2.Users.Leaving;

/// <summary>
/// The steps of an erasure. Each may be repeated: what is gone is gone. It stands above all slices, and calls jobs,
/// which else nobody calls.
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

    internal async Task WaysInAsync(Guid userId, ErasureOrder order)
    {
        await grains.GetGrain<INewUserSession>(userId).Erase();
        await grains.GetGrain<IUserApiKeyRecords>(userId).Erase();
        await grains.GetGrain<ISecondFactorCheck>(userId).Erase();
        await grains.GetGrain<IUserWorkspacesRecord>(userId).Erase();
        await grains.GetGrain<IKnownDevices>(EmailAddress.GrainKey(order.Email)).Forget();
        await Task.WhenAll(order.Identities.Select(key => grains.GetGrain<IExternalIdentity>(key).Release(userId)));
    }

    /// <summary>Jobs, captions, media and their rows. False while a job still comes to its end.</summary>
    internal async Task<bool> WorkAsync(Guid workspaceId)
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
            await Task.WhenAll(page.Select(id => grains.GetGrain<IUploadGrain>(id).Erase(workspaceId)));
            last = page[^1];
        }

        return true;
    }

    /// <summary>The entries stay, without a name; what is available expires. False while credits are held.</summary>
    internal async Task<bool> CreditsAsync(Guid userId, ErasureOrder order)
    {
        var answer = await grains.GetGrain<ICreditAccountGrain>(order.HomeWorkspaceId).Close(new CloseAccount(
            $"erasure/{order.RequestedAt.ToUnixTimeMilliseconds()}", userId.ToString(), "account erased"));
        return answer.Refusal is null || answer.Refusal.Code == CreditRefusals.AccountClosed;
    }

    internal Task AddressAsync(Guid userId, ErasureOrder order) =>
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
