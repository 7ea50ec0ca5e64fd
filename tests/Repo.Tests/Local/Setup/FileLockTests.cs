using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class FileLockTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ax2-lock-test-").FullName;

    private string Lock => Path.Combine(root, "run", "a.lock");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void TryAcquire_HeldBySomeoneElse_IsNullUntilItIsFree()
    {
        using (var first = FileLock.TryAcquire(Lock))
        {
            Assert.NotNull(first);
            Assert.Null(FileLock.TryAcquire(Lock));
        }

        using var second = FileLock.TryAcquire(Lock);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Acquire_WhatCanNeverBeLocked_FailsInsteadOfWaiting()
    {
        Directory.CreateDirectory(Lock);

        await Assert.ThrowsAnyAsync<Exception>(
            () => FileLock.AcquireAsync(Lock, TimeProvider.System, TestContext.Current.CancellationToken));
    }
}
