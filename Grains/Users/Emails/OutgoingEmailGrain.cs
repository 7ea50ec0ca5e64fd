using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Users.Emails;

/// <summary>
/// One mail. Key: what it is about, so that a repeated command sends no second mail. Not for the API.
/// </summary>
[Alias("ax2.ILetterGrain")]
public interface IOutgoingEmailGrain : IGrainWithStringKey
{
    /// <summary>
    /// Stores the mail to be sent; durable when it answers, which does not wait for the sending. Idempotent: the first
    /// mail under a key counts.
    /// </summary>
    [Alias("Post")]
    Task Enqueue(Email email);
}

/// <summary>
/// Stores the mail, sends it, and retries with growing pauses until it is sent or too old. The content is deleted once
/// it was sent, and the rest after a day.
/// </summary>
[GrainType("letter")]
public sealed partial class OutgoingEmailGrain(
    [StoredState("letter")] StoredState<OutgoingEmailState> state,
    IMailer mailer,
    IOptions<EmailOptions> options,
    TimeProvider time,
    ILogger<OutgoingEmailGrain> logger) : Grain, IOutgoingEmailGrain, IRemindable
{
    private const string Reminder = "send";

    /// <summary>The shortest period that Orleans supports. A crash delays a mail by up to this long.</summary>
    private static readonly TimeSpan SendPeriod = TimeSpan.FromMinutes(1);

    /// <summary>How long a repeated command is recognised.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromDays(1);

    private OutgoingEmailState Stored => state.Value;

    /// <summary>From the kind of mail and what identifies it: equal parts are the same mail.</summary>
    internal static string Key(params IEnumerable<object> parts) =>
        SecretToken.GrainKey("letter", string.Join('/', parts));

    public async Task Enqueue(Email email)
    {
        ArgumentNullException.ThrowIfNull(email);
        email.ThrowIfInvalid();
        if (state.Exists)
        {
            return;
        }

        // The reminder first: a mail that is stored is sent even after a crash.
        await this.RegisterOrUpdateReminder(Reminder, SendPeriod, SendPeriod);
        var now = time.GetUtcNow();
        await state.UpdateAsync(_ => new OutgoingEmailState { Email = email, EnqueuedAt = now, NextTryAt = now });
        this.RegisterGrainTimer(_ => TrySend(), TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (Stored.Email is not null)
        {
            await TrySend();
        }
        else if (!state.Exists || time.GetUtcNow() - Stored.EnqueuedAt >= Retention)
        {
            await this.RemoveReminder(Reminder);
            await state.ClearAsync();
        }
    }

    private async Task TrySend()
    {
        if (Stored.Email is not { } email || time.GetUtcNow() < Stored.NextTryAt)
        {
            return;
        }

        await (await Send(email) is { } fault ? RetryLater(fault) : Conclude());
    }

    /// <summary>Null when no retry is needed: the mail was sent, or it was rejected for good.</summary>
    private async Task<Exception?> Send(Email email)
    {
        try
        {
            using var timeout = new CancellationTokenSource(options.Value.SendTimeout, time);
            await mailer.SendAsync(this.GetPrimaryKeyString(), email, timeout.Token);
            return null;
        }
        catch (EmailRejectedException rejected)
        {
            LogRejected(this.GetPrimaryKeyString(), rejected);
            return null;
        }
        catch (Exception fault)
        {
            return fault;
        }
    }

    private async Task RetryLater(Exception fault)
    {
        var now = time.GetUtcNow();
        LogFailed(this.GetPrimaryKeyString(), Stored.Tries + 1, fault);
        if (now - Stored.EnqueuedAt >= options.Value.GiveUpAfter)
        {
            LogGivenUp(this.GetPrimaryKeyString());
            await Conclude();
            return;
        }

        var pause = options.Value.FirstPause * Math.Pow(2, Math.Min(Stored.Tries, EmailOptions.MaxDoublings));
        await state.UpdateAsync(stored => stored with
        {
            Tries = stored.Tries + 1,
            NextTryAt = now + (pause < options.Value.MaxPause ? pause : options.Value.MaxPause),
        });
    }

    private async Task Conclude()
    {
        await state.UpdateAsync(stored => stored with { Email = null });
        await this.RegisterOrUpdateReminder(Reminder, Retention, Retention);
    }

    [LoggerMessage(2510, LogLevel.Warning, "Mail {Id} could not be sent (try {Try}).")]
    private partial void LogFailed(string id, int @try, Exception exception);

    [LoggerMessage(2511, LogLevel.Error, "Mail {Id} was rejected for good.")]
    private partial void LogRejected(string id, Exception exception);

    [LoggerMessage(2512, LogLevel.Error, "Mail {Id} was given up: it could not be sent for too long.")]
    private partial void LogGivenUp(string id);
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record OutgoingEmailState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>Null once it was sent or given up.</summary>
    [JsonPropertyName("Letter")]
    public Email? Email { get; init; }

    [JsonPropertyName("PostedAt")]
    public DateTimeOffset EnqueuedAt { get; init; }
    public DateTimeOffset NextTryAt { get; init; }
    public int Tries { get; init; }
}

/// <summary>How mails are sent and retried. Section <c>Mail</c>.</summary>
public sealed class EmailOptions
{
    public const string Section = "Mail";
    internal const int MaxDoublings = 20;

    /// <summary>How long one try may take. More than zero. Default 30 s.</summary>
    [ConfigurationKeyName("SendPatience")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The pause after the first failed try; it doubles with each further one. Default 1 min, and not less.
    /// </summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest pause. At least the first. Default 1 h.</summary>
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A mail that is so old is not tried again. Zero: one try. Default 2 days.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(2);
}
