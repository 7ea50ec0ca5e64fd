using System.Text;
using Ax2.Users;
using Konscious.Security.Cryptography;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Tests.Providers.Passwords;

public sealed class Argon2PasswordHasherTests
{
    private const string Password = "correct horse battery 홍길동";

    /// <summary>To check it takes about a second: what comes after it waits.</summary>
    private static readonly string _expensive =
        $"$argon2id$v=19$m=65536,t=40,p=1${new string('A', 22)}${new string('A', 43)}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, 2 passes and 1 lane.</summary>
    [Fact]
    public async Task Hash_ByDefault_HasTheRecommendedEffort_AndASaltOfItsOwn()
    {
        using var hasher = New(new Argon2Options());

        var one = await hasher.HashAsync(Password, Cancellation);
        var other = await hasher.HashAsync(Password, Cancellation);

        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", one, StringComparison.Ordinal);
        Assert.NotEqual(one, other);
        Assert.True(await hasher.VerifyAsync(one, Password, Cancellation));
        Assert.False(await hasher.VerifyAsync(one, Password + " ", Cancellation));
        Assert.False(await hasher.VerifyAsync(null, Password, Cancellation));
    }

    /// <summary>By an implementation that shares no code with ours.</summary>
    [Fact]
    public async Task Hash_ComputedByTheOtherImplementation_IsTheSame()
    {
        using var hasher = New(new Argon2Options { MemoryKiB = 8192, Iterations = 3 });
        var hash = await hasher.HashAsync(Password, Cancellation);

        using var other = new Argon2id(Encoding.UTF8.GetBytes(Password))
        {
            Salt = Convert.FromBase64String(hash.Split('$')[4] + "=="),
            MemorySize = 8192,
            Iterations = 3,
            DegreeOfParallelism = 1,
        };

        Assert.Equal(hash.Split('$')[5] + "=", Convert.ToBase64String(other.GetBytes(32)));
    }

    /// <summary>RFC 9106, section 5.3: what ours is compared with is the Argon2id that was analysed.</summary>
    [Fact]
    public void OtherImplementation_OfTheStandardsInput_GivesTheStandardsTag()
    {
        using var argon2 = new Argon2id([.. Enumerable.Repeat((byte)1, 32)])
        {
            Salt = [.. Enumerable.Repeat((byte)2, 16)],
            KnownSecret = [.. Enumerable.Repeat((byte)3, 8)],
            AssociatedData = [.. Enumerable.Repeat((byte)4, 12)],
            Iterations = 3,
            MemorySize = 32,
            DegreeOfParallelism = 4,
        };

        Assert.Equal(
            "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
            Convert.ToHexStringLower(argon2.GetBytes(32)));
    }

    [Theory]
    [InlineData(7168, 2, true)]
    [InlineData(19_456, 1, true)]
    [InlineData(19_456, 2, false)]
    [InlineData(32_768, 3, false)]
    public async Task Hash_OfLessEffort_IsOutdated_AndStillGood(int memoryKiB, int iterations, bool isOutdated)
    {
        using var before = New(new Argon2Options { MemoryKiB = memoryKiB, Iterations = iterations });
        using var now = New(new Argon2Options());

        var hash = await before.HashAsync(Password, Cancellation);

        Assert.Equal(isOutdated, now.IsOutdated(hash));
        Assert.True(await now.VerifyAsync(hash, Password, Cancellation));
    }

    [Fact]
    public async Task Hash_MoreWaitThanMay_IsRefusedAtOnceAndServedAgainLater()
    {
        using var hasher = New(new Argon2Options { MaxConcurrent = 1, MaxWaiting = 2 });
        Task[] begun =
        [
            hasher.VerifyAsync(_expensive, Password, Cancellation),
            hasher.HashAsync(Password, Cancellation),
            hasher.HashAsync(Password, Cancellation),
        ];

        await Assert.ThrowsAsync<ServiceBusyException>(() => hasher.HashAsync(Password, Cancellation));
        await Assert.ThrowsAsync<ServiceBusyException>(() => hasher.VerifyAsync(null, Password, Cancellation));

        await Task.WhenAll(begun);
        Assert.NotEmpty(await hasher.HashAsync(Password, Cancellation));
    }

    [Fact]
    public async Task Hash_CallerLeavesWhileItWaits_MakesRoomForAnother()
    {
        using var hasher = New(new Argon2Options { MaxConcurrent = 1, MaxWaiting = 1 });
        using var leaving = new CancellationTokenSource();
        var computing = hasher.VerifyAsync(_expensive, Password, Cancellation);
        var waiting = hasher.HashAsync(Password, leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(computing.IsCompleted, "It waited until the other was done.");
        await Task.WhenAll(computing, hasher.HashAsync(Password, Cancellation));
    }

    private static Argon2PasswordHasher New(Argon2Options options) => new(Options.Create(options));
}
