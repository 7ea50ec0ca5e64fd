namespace Ax2.Limits;

/// <summary>
/// How often whom may do what, in the whole cluster. Section <c>Limits</c> of the silos; API processes ask them. Each
/// rule is a bucket of <c>Permits</c> tokens that is full again after a quiet <c>Window</c>.
/// </summary>
public sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>Reading. Defaults: address 3000, user 1200, API key 1200 in a minute.</summary>
    public RouteRules Read { get; set; } = new(3000, 1200, 1200);

    /// <summary>Changing things. Defaults: address 600, user 240, API key 240 in a minute.</summary>
    public RouteRules Write { get; set; } = new(600, 240, 240);

    /// <summary>
    /// Uploads, each part of a file by address. Defaults: address 1800, user 120, API key 120 in a minute.
    /// </summary>
    public RouteRules Upload { get; set; } = new(1800, 120, 120);

    /// <summary>
    /// Sign-in, sign-up, reset, second factor. Defaults: address 30, user 10, API key 10 in a minute.
    /// </summary>
    public RouteRules SignIn { get; set; } = new(30, 10, 10);

    /// <summary>Wrong passwords.</summary>
    public FailureRules SignInFailure { get; set; } = new();

    /// <summary>
    /// How long an API process may hold tokens before it must ask again. What it does not use by then is lost. More
    /// than zero. Default 5 s.
    /// </summary>
    public TimeSpan LeaseLife { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Of every rule there is.</summary>
    internal IEnumerable<RateRule> All =>
        [.. Read.All, .. Write.All, .. Upload.All, .. SignIn.All, .. SignInFailure.All];

    internal RateRule Find(RateKey key) => key.Class switch
    {
        RateClass.Read => Read.Of(key.Subject.Kind),
        RateClass.Write => Write.Of(key.Subject.Kind),
        RateClass.Upload => Upload.Of(key.Subject.Kind),
        RateClass.SignIn => SignIn.Of(key.Subject.Kind),
        RateClass.SignInFailure => SignInFailure.Of(key.Subject.Kind),
        _ => throw new ArgumentException($"No rule for {key.Class}.", nameof(key)),
    };
}

/// <summary>The rules of one class of routes. A request counts by its address, and by its user or API key.</summary>
public sealed class RouteRules
{
    public RouteRules()
    {
    }

    internal RouteRules(int address, int user, int apiKey) => (Address, User, ApiKey) =
        (new RateRule(address), new RateRule(user), new RateRule(apiKey));

    /// <summary>Many people may share an address: it has the more generous rule.</summary>
    public RateRule Address { get; set; } = new();

    public RateRule User { get; set; } = new();

    public RateRule ApiKey { get; set; } = new();

    internal IEnumerable<RateRule> All => [Address, User, ApiKey];

    internal RateRule Of(SubjectKind kind) => kind switch
    {
        SubjectKind.Address => Address,
        SubjectKind.User => User,
        SubjectKind.ApiKey => ApiKey,
        _ => throw new ArgumentException($"No rule for {kind}.", nameof(kind)),
    };
}

/// <summary>How many wrong passwords pass before a sign-in has to wait.</summary>
public sealed class FailureRules
{
    /// <summary>From one address, for whatever account. Default 50 in an hour.</summary>
    public RateRule Address { get; set; } = new(50, TimeSpan.FromHours(1));

    /// <summary>
    /// For one account from everywhere but its known devices: they are not held up by it. Default 20 in an hour.
    /// </summary>
    public RateRule Account { get; set; } = new(20, TimeSpan.FromHours(1));

    /// <summary>From one known device for its account. Default 20 in an hour.</summary>
    public RateRule Device { get; set; } = new(20, TimeSpan.FromHours(1));

    /// <summary>
    /// A wrong password is not answered sooner: more than the work takes, so that the time reveals nothing of what was
    /// there to compare with. Zero is at once. Default 200 ms.
    /// </summary>
    public TimeSpan MinTime { get; set; } = TimeSpan.FromMilliseconds(200);

    internal IEnumerable<RateRule> All => [Address, Account, Device];

    internal RateRule Of(SubjectKind kind) => kind switch
    {
        SubjectKind.Address => Address,
        SubjectKind.Account => Account,
        SubjectKind.Device => Device,
        _ => throw new ArgumentException($"No rule for {kind}.", nameof(kind)),
    };
}

/// <summary>One limit.</summary>
public sealed class RateRule
{
    /// <summary>No window is longer.</summary>
    internal static readonly TimeSpan MaxWindow = TimeSpan.FromDays(1);

    internal const int MaxPermits = 100_000_000;

    public RateRule()
    {
    }

    internal RateRule(int permits, TimeSpan? window = null) =>
        (Permits, Window) = (permits, window ?? TimeSpan.FromMinutes(1));

    /// <summary>At most 100 000 000. Zero is no limit.</summary>
    public int Permits { get; set; }

    /// <summary>More than zero, at most a day. Default a minute.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Rounded up, so that never more pass than allowed.</summary>
    internal long TicksPerToken => (Window.Ticks + Permits - 1) / Permits;

    internal bool IsValid => Permits is >= 0 and <= MaxPermits && Window > TimeSpan.Zero && Window <= MaxWindow;
}
