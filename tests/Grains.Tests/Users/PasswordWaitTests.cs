using Ax2.Deletion;
using Xunit;

namespace Ax2.Users;

/// <summary>Who gives up a call that hashes a password leaves the queue for that.</summary>
[Collection(nameof(GrainCluster))]
public sealed class PasswordWaitTests(GrainCluster cluster) : AccountTest(cluster), IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => Cluster.Passwords.BeforeTurn = _ => Task.CompletedTask;

    [Fact]
    public Task Register_CallerGivesUp_LeavesTheQueue() =>
        AssertLeaves(token => User.Register(new RegisterUser(Email, Password, ""), token));

    [Fact]
    public async Task ChangePassword_CallerGivesUp_LeavesTheQueue()
    {
        await Register();

        await AssertLeaves(token => User.ChangePassword(Password, NewPassword, Guid.Empty, Device, token));
    }

    [Fact]
    public async Task ResetPassword_CallerGivesUp_LeavesTheQueue()
    {
        await Register();
        var secret = await AskReset();

        await AssertLeaves(token => User.ResetPassword(secret, NewPassword, Device, token));
    }

    [Fact]
    public async Task ChangeEmail_CallerGivesUp_LeavesTheQueue()
    {
        await Register();

        await AssertLeaves(token => User.ChangeEmail(Password, OtherEmail, Device, token));
    }

    [Fact]
    public async Task RequestDeletion_CallerGivesUp_LeavesTheQueue()
    {
        await Register();

        await AssertLeaves(token => Cluster.Grains.GetGrain<IAccountDeletionGrain>(Id)
            .Request(Password, Device, token));
    }

    private async Task AssertLeaves(Func<CancellationToken, Task> call)
    {
        Cluster.Passwords.BeforeTurn = WaitInVain;
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var called = call(caller.Token);
        await _entered.Task.WaitAsync(Timeout, Cancellation);

        await caller.CancelAsync();

        await _left.Task.WaitAsync(Timeout, Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => called);
    }

    private async Task WaitInVain(CancellationToken cancellationToken)
    {
        _entered.SetResult();
        try
        {
            // Longer than the test waits.
            await new TaskCompletionSource().Task.WaitAsync(2 * Timeout, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _left.SetResult();
            throw;
        }
    }
}
