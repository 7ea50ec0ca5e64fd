using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Users.Emails;

[Collection(nameof(GrainCluster))]
public sealed class OutgoingEmailGrainTests
{
    private static readonly EmailOptions _options = new();
    private readonly string _to = $"user-{Guid.CreateVersion7():N}@example.com";
    private readonly GrainCluster _cluster;
    private readonly IOutgoingEmailGrain _grain;

    public OutgoingEmailGrainTests(GrainCluster cluster)
    {
        _cluster = cluster;
        cluster.Reset();
        _grain = Grain(_to);
    }

    private Email Email => new(_to, "AX2 Caption: hello", "Hello.\n", UserLanguages.English);

    [Fact]
    public void StoredNames_OfTheGrainAndItsState_AreThoseOfOlderRows()
    {
        var state = JsonSerializer.SerializeToElement(new OutgoingEmailState { Email = Email });

        Assert.Equal("letter", _grain.GetGrainId().Type.ToString());
        Assert.True(state.TryGetProperty("Letter", out _) && state.TryGetProperty("PostedAt", out _));
    }

    [Fact]
    public async Task Enqueue_Repeated_SendsOneMail_AlsoAfterACrash()
    {
        await _grain.Enqueue(Email);
        await _cluster.Mailer.WaitForAsync(_to, "Hello");
        await _grain.Enqueue(Email);
        await _cluster.Deactivate(_grain);
        await _grain.Enqueue(Email);
        await Remind();

        Assert.Single(_cluster.Mailer.SentTo(_to));
    }

    [Fact]
    public async Task Send_Failing_IsTriedAgainWithGrowingPauses()
    {
        _cluster.Mailer.Fault = new IOException("The server is down.");
        await _grain.Enqueue(Email);
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
        _cluster.Mailer.Fault = new EmailRejectedException("There is no such mailbox.");
        await _grain.Enqueue(Email);
        await _cluster.Mailer.WaitForTriesAsync(_to, 1);
        _cluster.Clock.Advance(_options.MaxPause);
        await Remind();

        Assert.Equal(1, _cluster.Mailer.TriesTo(_to));
        Assert.Null((await Stored()).Email);
    }

    [Fact]
    public async Task Send_FailingForTooLong_IsGivenUp()
    {
        _cluster.Mailer.Fault = new IOException("The server is down.");
        await _grain.Enqueue(Email);
        await _cluster.Mailer.WaitForTriesAsync(_to, 1);
        _cluster.Clock.Advance(_options.GiveUpAfter);
        await Remind();

        _cluster.Mailer.Fault = null;
        await Remind();
        Assert.Empty(_cluster.Mailer.SentTo(_to));
        Assert.Null((await Stored()).Email);
    }

    [Fact]
    public async Task Sent_KeepsNothingOfTheMail_AndIsForgottenAfterADay()
    {
        await _grain.Enqueue(Email);
        await _cluster.Mailer.WaitForAsync(_to, "Hello");
        await Remind();
        Assert.Null((await Stored()).Email);
        Assert.NotEqual(default, (await Stored()).EnqueuedAt);

        _cluster.Clock.Advance(TimeSpan.FromDays(1));
        await Remind();

        Assert.Equal(default, (await Stored()).EnqueuedAt);
    }

    /// <summary>
    /// A state that cannot be stored is a command that failed: nothing was sent, and a repeat sends one.
    /// </summary>
    [Fact]
    public async Task Enqueue_ThatCannotBeStored_SendsNothing_UntilItIsRepeated()
    {
        _cluster.Storage.FailNextWriteOf(_grain);
        await Assert.ThrowsAnyAsync<OrleansException>(() => _grain.Enqueue(Email));
        Assert.Equal(0, _cluster.Mailer.TriesTo(_to));

        await _grain.Enqueue(Email);
        await _cluster.Mailer.WaitForAsync(_to, "Hello");
        Assert.Single(_cluster.Mailer.SentTo(_to));
    }

    [Theory]
    [InlineData("kim@example.com\r\nBcc: all@example.com", "hello")]
    [InlineData("kim@example.com", "hello\r\nBcc: all@example.com")]
    [InlineData("Kim <kim@example.com>", "hello")]
    [InlineData("kim@example.com,lee@example.com", "hello")]
    public async Task Enqueue_WhatWouldBeAnotherHeader_IsAFault(string to, string subject)
    {
        var email = new Email(to, subject, "Hello.", UserLanguages.English);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => Grain(to + subject).Enqueue(email));
        Assert.Equal(0, _cluster.Mailer.TriesTo(to));
    }

    private IOutgoingEmailGrain Grain(string about) =>
        _cluster.Grains.GetGrain<IOutgoingEmailGrain>(OutgoingEmailGrain.Key("test", about));

    private Task Remind() => _grain.AsReference<IRemindable>().ReceiveReminder("send", default);

    private Task<OutgoingEmailState> Stored() => _cluster.Storage.Read<OutgoingEmailState>(_grain, "letter");
}
