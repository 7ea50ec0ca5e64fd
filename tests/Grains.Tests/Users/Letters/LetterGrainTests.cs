using Xunit;

namespace Ax2.Users.Letters;

[Collection(nameof(GrainCluster))]
public sealed class LetterGrainTests
{
    private static readonly LetterOptions _options = new();
    private readonly string _to = $"user-{Guid.CreateVersion7():N}@example.com";
    private readonly GrainCluster _cluster;
    private readonly ILetterGrain _grain;

    public LetterGrainTests(GrainCluster cluster)
    {
        _cluster = cluster;
        cluster.Reset();
        _grain = Grain(_to);
    }

    private Letter Letter => new(_to, "AX2 Caption: hello", "Hello.\n", UserLanguages.English);

    [Fact]
    public async Task Post_Repeated_SendsOneMail_AlsoAfterACrash()
    {
        await _grain.Post(Letter);
        await _cluster.Mailer.WaitForAsync(_to, "Hello");
        await _grain.Post(Letter);
        await _cluster.Deactivate(_grain);
        await _grain.Post(Letter);
        await Remind();

        Assert.Single(_cluster.Mailer.SentTo(_to));
    }

    [Fact]
    public async Task Send_Failing_IsTriedAgainWithGrowingPauses()
    {
        _cluster.Mailer.Fault = new IOException("The server is down.");
        await _grain.Post(Letter);
        await _cluster.Mailer.WaitForTriesAsync(_to, 1);
        await _cluster.Deactivate(_grain);

        await Remind();
        Assert.Equal(1, _cluster.Mailer.TriesTo(_to));
        _cluster.Clock.Advance(_options.FirstPause);
        await Remind();
        Assert.Equal(2, _cluster.Mailer.TriesTo(_to));
        _cluster.Clock.Advance(_options.FirstPause);
        await Remind();
        Assert.Equal(2, _cluster.Mailer.TriesTo(_to));

        _cluster.Mailer.Fault = null;
        _cluster.Clock.Advance(_options.FirstPause);
        await Remind();
        Assert.Single(_cluster.Mailer.SentTo(_to));
    }

    [Fact]
    public async Task Send_RefusedForGood_IsNotTriedAgain()
    {
        _cluster.Mailer.Fault = new LetterRefusedException("There is no such mailbox.");
        await _grain.Post(Letter);
        await _cluster.Mailer.WaitForTriesAsync(_to, 1);
        _cluster.Clock.Advance(_options.MaxPause);
        await Remind();

        Assert.Equal(1, _cluster.Mailer.TriesTo(_to));
        Assert.Null((await Stored()).Letter);
    }

    [Fact]
    public async Task Send_FailingForTooLong_IsGivenUp()
    {
        _cluster.Mailer.Fault = new IOException("The server is down.");
        await _grain.Post(Letter);
        await _cluster.Mailer.WaitForTriesAsync(_to, 1);
        _cluster.Clock.Advance(_options.GiveUpAfter);
        await Remind();

        _cluster.Mailer.Fault = null;
        await Remind();
        Assert.Empty(_cluster.Mailer.SentTo(_to));
        Assert.Null((await Stored()).Letter);
    }

    [Fact]
    public async Task Sent_KeepsNothingOfTheMail_AndIsForgottenAfterADay()
    {
        await _grain.Post(Letter);
        await _cluster.Mailer.WaitForAsync(_to, "Hello");
        await Remind();
        Assert.Null((await Stored()).Letter);
        Assert.NotEqual(default, (await Stored()).PostedAt);

        _cluster.Clock.Advance(TimeSpan.FromDays(1));
        await Remind();

        Assert.Equal(default, (await Stored()).PostedAt);
    }

    /// <summary>
    /// A state that cannot be stored is a command that failed: nothing was sent, and a repeat sends one.
    /// </summary>
    [Fact]
    public async Task Post_ThatCannotBeStored_SendsNothing_UntilItIsRepeated()
    {
        _cluster.Storage.FailNextWriteOf(_grain);
        await Assert.ThrowsAnyAsync<OrleansException>(() => _grain.Post(Letter));
        Assert.Equal(0, _cluster.Mailer.TriesTo(_to));

        await _grain.Post(Letter);
        await _cluster.Mailer.WaitForAsync(_to, "Hello");
        Assert.Single(_cluster.Mailer.SentTo(_to));
    }

    [Theory]
    [InlineData("kim@example.com\r\nBcc: all@example.com", "hello")]
    [InlineData("kim@example.com", "hello\r\nBcc: all@example.com")]
    [InlineData("Kim <kim@example.com>", "hello")]
    [InlineData("kim@example.com,lee@example.com", "hello")]
    public async Task Post_WhatWouldBeAnotherHeader_IsAFault(string to, string subject)
    {
        var letter = new Letter(to, subject, "Hello.", UserLanguages.English);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => Grain(to + subject).Post(letter));
        Assert.Equal(0, _cluster.Mailer.TriesTo(to));
    }

    private ILetterGrain Grain(string about) =>
        _cluster.Grains.GetGrain<ILetterGrain>(LetterGrain.Key("test", about));

    private Task Remind() => _grain.AsReference<IRemindable>().ReceiveReminder("send", default);

    private Task<LetterState> Stored() => _cluster.Storage.Read<LetterState>(_grain, "letter");
}
