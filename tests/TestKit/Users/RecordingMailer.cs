using Ax2.Users.Emails;

namespace Ax2.TestKit.Users;

/// <summary>Mails that go nowhere, and can be waited for: they are sent after the command has answered.</summary>
public sealed class RecordingMailer : IMailer
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly Lock _gate = new();
    private readonly List<(string Id, Email Email)> _sent = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _tries = [];

    /// <summary>What the next tries throw, while it is set.</summary>
    public Exception? Fault { get; set; }

    /// <summary>How often a mail to the address was tried, sent or not.</summary>
    public int TriesTo(string address)
    {
        lock (_gate)
        {
            return _tries.Count(to => to == address);
        }
    }

    public IReadOnlyList<Email> SentTo(string address)
    {
        lock (_gate)
        {
            return [.. _sent.Where(mail => mail.Email.To == address).Select(mail => mail.Email)];
        }
    }

    /// <summary>
    /// The newest mail to the address that has these words, once there are so many: mails overtake each other.
    /// </summary>
    public async Task<Email> WaitForAsync(string address, string words, int count = 1)
    {
        using var timeout = new CancellationTokenSource(Timeout, TimeProvider.System);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            var mails = SentTo(address).Where(mail => Has(mail, words)).ToList();
            if (mails.Count >= count)
            {
                return mails[^1];
            }

            await changed.WaitAsync(timeout.Token);
        }
    }

    /// <summary>Waits until so many tries were made to the address, sent or not.</summary>
    public async Task WaitForTriesAsync(string address, int count)
    {
        using var timeout = new CancellationTokenSource(Timeout, TimeProvider.System);
        while (TriesTo(address) < count)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (TriesTo(address) < count)
            {
                await changed.WaitAsync(timeout.Token);
            }
        }
    }

    public Task SendAsync(string id, Email email, CancellationToken cancellationToken)
    {
        TaskCompletionSource changed;
        var fault = Fault;
        lock (_gate)
        {
            if (fault is null)
            {
                _sent.Add((id, email));
            }

            _tries.Add(email.To);
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
        return fault is null ? Task.CompletedTask : Task.FromException(fault);
    }

    private static bool Has(Email mail, string words) =>
        mail.Subject.Contains(words, StringComparison.Ordinal) || mail.Text.Contains(words, StringComparison.Ordinal);

    /// <summary>What follows the # in the mail's link.</summary>
    public static string TokenIn(Email email)
    {
        ArgumentNullException.ThrowIfNull(email);
        var start = email.Text.IndexOf("#ax2", StringComparison.Ordinal) + 1;
        return start == 0
            ? throw new InvalidOperationException($"There is no link in this mail: {email.Text}")
            : email.Text[start..email.Text.IndexOf('\n', start)];
    }
}
