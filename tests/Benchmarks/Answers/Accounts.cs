using System.Text.Json;
using Ax2.Users;

namespace Ax2.Benchmarks.Answers;

/// <summary>Makes users of every kind that a route needs, over the API, with the mails of the outbox.</summary>
internal sealed class Accounts(ApiWire wire, MailOutbox outbox)
{
    private const int MailsRead = 200;
    private static readonly TimeSpan MailTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    public async Task<Account> SignUpAsync(string? email = null)
    {
        var address = email ?? Account.NewEmail();
        await wire.AskAsync(Account.OpenPost("/users", new { email = address, Account.Password }));
        return await SignInAsync(address);
    }

    public async Task<Account> SignInAsync(string email) =>
        Read(await wire.AskAsync(Account.OpenPost("/sessions", new { email, Account.Password })), email);

    /// <summary>One whose address is verified. For an address that has an account: that one.</summary>
    public async Task<Account> SignUpVerifiedAsync(string? email = null)
    {
        var account = await SignUpAsync(email);
        var me = await wire.AskAsync(account.Get("/me"));
        if (!me.Json.GetProperty("emailVerified").GetBoolean())
        {
            var token = await MailTokenAsync(account.Email, "/verify#");
            await wire.AskAsync(Account.OpenPost("/email-verifications/confirm", new { token }));
            // The session before remembers for a while that the address was not verified.
            account = await SignInAsync(account.Email);
        }

        return account;
    }

    /// <summary>With a second factor, and its recovery codes.</summary>
    public async Task<(Account Account, Queue<string> Codes)> SignUpWithFactorAsync()
    {
        var account = await SignUpAsync();
        var secret = await BeginFactorAsync(account);
        var confirmed = await wire.AskAsync(account.Post("/second-factor/confirm", new { code = AppCode(secret) }));
        var codes = confirmed.Json.GetProperty("codes").EnumerateArray().Select(code => code.GetString()!);
        return (account, new Queue<string>(codes));
    }

    /// <returns>The secret of the authenticator app.</returns>
    public async Task<string> BeginFactorAsync(Account account)
    {
        var begun = await wire.AskAsync(account.Post("/second-factor"));
        return begun.Json.GetProperty("secret").GetString()!;
    }

    public static string AppCode(string secret) => new OtpNet.Totp(OtpNet.Base32Encoding.ToBytes(secret)).ComputeTotp();

    /// <returns>The token of the invitation.</returns>
    public async Task<string> InviteAsync(Account owner, Guid workspace, string email)
    {
        await wire.AskAsync(owner.Post($"/workspaces/{workspace}/invitations", new { email, role = "viewer" }));
        return await MailTokenAsync(email, "/workspaces#");
    }

    /// <summary>A new user who is a viewer in the workspace.</summary>
    public async Task<Account> JoinAsync(Account owner, Guid workspace)
    {
        var member = await SignUpVerifiedAsync();
        var token = await InviteAsync(owner, workspace, member.Email);
        await wire.AskAsync(member.Post("/invitations/accept", new { token }));
        return member;
    }

    public async Task<Guid> CreateWorkspaceAsync(Account owner)
    {
        var made = await wire.AskAsync(owner.Post("/workspaces", new { name = "Newsroom" }));
        return made.Json.GetProperty("id").GetGuid();
    }

    /// <summary>What follows the # in the newest mail to the address that has these words.</summary>
    public async Task<string> MailTokenAsync(string address, string words)
    {
        using var limit = new CancellationTokenSource(MailTimeout);
        while (true)
        {
            var text = outbox.List(MailsRead).Where(mail => mail.To == address).Select(mail => mail.Text)
                .FirstOrDefault(text => text.Contains(words, StringComparison.Ordinal));
            if (text is not null)
            {
                var start = text.IndexOf(words, StringComparison.Ordinal) + words.Length;
                return text[start..].Split('\n', '\r', ' ')[0];
            }

            try
            {
                await Task.Delay(LookEvery, TimeProvider.System, limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new PreparationException($"No mail with {words} came to {address}.");
            }
        }
    }

    private static Account Read(Answer answer, string email)
    {
        var session = answer.Json;
        var user = session.GetProperty("user");
        return new Account(
            email, user.GetProperty("userId").GetGuid(), user.GetProperty("workspaceId").GetGuid(), Text("accessToken"),
            Text("refreshToken"));

        string Text(string name) => session.GetProperty(name).GetString()!;
    }
}
