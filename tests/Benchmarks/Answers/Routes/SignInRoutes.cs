namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>Sign-up, sign-in and the links of mails.</summary>
internal static class SignInRoutes
{
    private const string NewPassword = "another long enough password";

    /// <param name="user">Signs in over and over, and is mailed.</param>
    public static IEnumerable<RouteCall> Of(World world, Account user)
    {
        yield return new PlainCall("POST /api/v1/users", "202", () =>
            Account.OpenPost("/users", new { email = Account.NewEmail(), Account.Password }))
        { Pause = AllRoutes.Slow };
        yield return new PlainCall("POST /api/v1/sessions", "201", () =>
            Account.OpenPost("/sessions", new { user.Email, Account.Password }))
        { Pause = AllRoutes.Slow };
        yield return new RefreshCall(world.Accounts, user)
        {
            WhenRepeated = ["401 not_signed_in"],
        };
        yield return new PlainCall("POST /api/v1/password-resets", "202", () =>
            Account.OpenPost("/password-resets", new { user.Email }));
        yield return Link("POST /api/v1/password-resets/confirm", world, async () =>
        {
            var account = await world.Accounts.SignUpAsync();
            await world.Wire.AskAsync(Account.OpenPost("/password-resets", new { account.Email }));
            return await world.Accounts.MailTokenAsync(account.Email, "/reset#");
        });
        yield return Link("POST /api/v1/email-verifications/confirm", world, async () =>
        {
            var account = await world.Accounts.SignUpAsync();
            return await world.Accounts.MailTokenAsync(account.Email, "/verify#");
        });
        yield return Link("POST /api/v1/email-changes/confirm", world, async () =>
        {
            var account = await world.Accounts.SignUpAsync();
            var email = Account.NewEmail();
            await world.Wire.AskAsync(account.Post("/me/email", new { Account.Password, email }));
            return await world.Accounts.MailTokenAsync(email, "/email#");
        });
    }

    private static SupplyCall<string> Link(string route, World world, Func<Task<string>> makeToken) =>
        new(route, "204", world.Supply(makeToken), token =>
            Account.OpenPost(route["POST /api/v1".Length..], Body(route, token)))
        {
            // A link is good once.
            WhenRepeated = ["422 link_invalid"],
            Pause = AllRoutes.Slow,
        };

    private static object Body(string route, string token) =>
        route.Contains("password-resets", StringComparison.Ordinal)
            ? new { token, password = NewPassword }
            : new { token };

    /// <summary>Each refresh token comes from the answer before.</summary>
    private sealed class RefreshCall : RouteCall
    {
        /// <summary>So long the same token gives the same answer again; later it ends the session.</summary>
        private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

        private readonly Accounts _accounts;
        private readonly string _email;
        private string _token;
        private DateTimeOffset? _firstTry;
        private bool _isOver;

        public RefreshCall(Accounts accounts, Account user)
            : base("POST /api/v1/sessions/refresh", ["200"]) =>
            (_accounts, _email, _token) = (accounts, user.Email, user.RefreshToken);

        /// <summary>Only when the answer may be the right one to a token that was used longer ago.</summary>
        public override bool IsRepeated => _firstTry + Grace < TimeProvider.System.GetUtcNow();

        public override async Task<HttpRequestMessage> NextAsync(CancellationToken cancellationToken)
        {
            if (_isOver)
            {
                await SignInAsync();
            }

            return Account.OpenPost("/sessions/refresh", new { refreshToken = _token });
        }

        public override void Conclude(Exchange exchange, Judgement judgement)
        {
            if (judgement.IsRight && exchange.Answer is { Status: 200 } answer)
            {
                (_token, _firstTry) = (answer.Json.GetProperty("refreshToken").GetString()!, null);
            }
            else if (exchange.Failure != Failure.Refused)
            {
                _isOver = exchange.Answer?.Status == 401;
                _firstTry ??= exchange.SentAt;
            }
        }

        private async Task SignInAsync()
        {
            try
            {
                (_token, _firstTry) = ((await _accounts.SignInAsync(_email)).RefreshToken, null);
                _isOver = false;
            }
            catch (PreparationException)
            {
                // The old token is tried again, and turned away again.
            }
        }
    }
}
