using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Users.Letters;

/// <summary>
/// One mail. Key: what it is about, so that a repeat of the command that sends it is no second mail. Only silos know
/// it.
/// </summary>
[Alias("ax2.ILetterGrain")]
public interface ILetterGrain : IGrainWithStringKey
{
    /// <summary>
    /// The mail will be sent: that is durable when it answers, and the sending itself is not waited for. The first one
    /// under a key counts.
    /// </summary>
    [Alias("Post")]
    Task Post(Letter letter);
}

/// <summary>
/// Stores the mail, sends it, and tries again with growing pauses until it is sent or too old. What was sent is
/// forgotten but for the fact, and that after a day.
/// </summary>
public sealed partial class LetterGrain(
    [StoredState("letter")] StoredState<LetterState> state,
    IMailer mailer,
    IOptions<LetterOptions> options,
    TimeProvider time,
    ILogger<LetterGrain> logger) : Grain, ILetterGrain, IRemindable
{
    private const string Reminder = "send";

    /// <summary>The shortest that Orleans supports: how long a mail may lie still after a crash.</summary>
    private static readonly TimeSpan SendPeriod = TimeSpan.FromMinutes(1);

    /// <summary>How long a repeat of the command is known as one.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private LetterState Stored => state.Value;

    /// <summary>Of the kind of mail and whatever makes it this one: the same parts are the same mail.</summary>
    internal static string Key(params IEnumerable<object> parts) =>
        SecretToken.GrainKey("letter", string.Join('/', parts));

    public async Task Post(Letter letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        letter.ThrowIfUnsound();
        if (state.Exists)
        {
            return;
        }

        // The reminder comes first: from the moment the mail is stored, something will send it whatever happens.
        await this.RegisterOrUpdateReminder(Reminder, SendPeriod, SendPeriod);
        var now = time.GetUtcNow();
        await state.UpdateAsync(_ => new LetterState { Letter = letter, PostedAt = now, NextTryAt = now });
        this.RegisterGrainTimer(_ => TrySend(), TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (Stored.Letter is not null)
        {
            await TrySend();
        }
        else if (!state.Exists || time.GetUtcNow() - Stored.PostedAt >= Memory)
        {
            await this.RemoveReminder(Reminder);
            await state.ClearAsync();
        }
    }

    private async Task TrySend()
    {
        if (Stored.Letter is not { } letter || time.GetUtcNow() < Stored.NextTryAt)
        {
            return;
        }

        await (await Send(letter) is { } fault ? TryLater(fault) : Conclude());
    }

    /// <summary>Null when the mail needs no further try: it was sent, or never will be.</summary>
    private async Task<Exception?> Send(Letter letter)
    {
        try
        {
            using var patience = new CancellationTokenSource(options.Value.SendPatience, time);
            await mailer.SendAsync(this.GetPrimaryKeyString(), letter, patience.Token);
            return null;
        }
        catch (LetterRefusedException refused)
        {
            LogRefused(this.GetPrimaryKeyString(), refused);
            return null;
        }
        catch (Exception fault)
        {
            return fault;
        }
    }

    private async Task TryLater(Exception fault)
    {
        var now = time.GetUtcNow();
        LogFailed(this.GetPrimaryKeyString(), Stored.Tries + 1, fault);
        if (now - Stored.PostedAt >= options.Value.GiveUpAfter)
        {
            LogGivenUp(this.GetPrimaryKeyString());
            await Conclude();
            return;
        }

        var pause = options.Value.FirstPause * Math.Pow(2, Math.Min(Stored.Tries, LetterOptions.MaxDoublings));
        await state.UpdateAsync(stored => stored with
        {
            Tries = stored.Tries + 1,
            NextTryAt = now + (pause < options.Value.MaxPause ? pause : options.Value.MaxPause),
        });
    }

    private async Task Conclude()
    {
        await state.UpdateAsync(stored => stored with { Letter = null });
        await this.RegisterOrUpdateReminder(Reminder, Memory, Memory);
    }

    [LoggerMessage(2510, LogLevel.Warning, "Mail {Id} could not be sent (try {Try}).")]
    private partial void LogFailed(string id, int @try, Exception exception);

    [LoggerMessage(2511, LogLevel.Error, "Mail {Id} was refused for good.")]
    private partial void LogRefused(string id, Exception exception);

    [LoggerMessage(2512, LogLevel.Error, "Mail {Id} was given up: it could not be sent for too long.")]
    private partial void LogGivenUp(string id);
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record LetterState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>Null once it was sent or given up.</summary>
    public Letter? Letter { get; init; }
    public DateTimeOffset PostedAt { get; init; }
    public DateTimeOffset NextTryAt { get; init; }
    public int Tries { get; init; }
}

/// <summary>How mails are tried. Section <c>Mail</c>.</summary>
public sealed class LetterOptions
{
    public const string Section = "Mail";
    internal const int MaxDoublings = 20;

    /// <summary>How long one try may take. More than zero. Default 30 s.</summary>
    public TimeSpan SendPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The pause after the first failed try; it doubles with each further one. Default 1 min, and not less.
    /// </summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest pause. At least the first. Default 1 h.</summary>
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A mail that is so old is not tried again. Zero: one try. Default 2 days.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(2);
}
