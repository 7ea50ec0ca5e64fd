using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Orleans.Dashboard;

namespace Ax2.Hosting;

/// <summary>Who may see the dashboard. Section <c>Operator</c>.</summary>
public sealed class OperatorOptions
{
    public const string Section = "Operator";

    /// <summary>
    /// A file that holds the operator's password. Empty shuts the dashboard for everybody. Default empty.
    /// </summary>
    public string PasswordFile { get; set; } = "";
}

/// <summary>
/// The Orleans dashboard shows grain state and counts, so it stands on the private port only, behind the policy
/// <c>operator</c>: HTTP Basic with the user <c>operator</c> and the password from the file.
/// </summary>
internal static class OperatorAccess
{
    private const string Policy = "operator";
    private const string DashboardPath = "/dashboard";

    internal static void AddOperatorAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OperatorOptions>().Bind(configuration.GetSection(OperatorOptions.Section))
            .Validate(o => o.PasswordFile.Length == 0 || File.Exists(o.PasswordFile), "Operator:PasswordFile is missing.")
            .ValidateOnStart();
        services.AddAuthentication(OperatorHandler.Scheme)
            .AddScheme<AuthenticationSchemeOptions, OperatorHandler>(OperatorHandler.Scheme, null);
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.RequireAuthenticatedUser());
    }

    internal static void UseOperatorAccess(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
    }

    internal static void MapOperatorDashboard(this WebApplication app) =>
        app.MapOrleansDashboard(DashboardPath).RequireAuthorization(Policy);
}

internal sealed class OperatorHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    IOptions<OperatorOptions> access) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    internal new const string Scheme = "Basic";
    private const string User = "operator";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            || !string.Equals(header.Scheme, Scheme, StringComparison.OrdinalIgnoreCase)
            || access.Value.PasswordFile.Length == 0)
        {
            return AuthenticateResult.NoResult();
        }

        var password = (await File.ReadAllTextAsync(access.Value.PasswordFile, Context.RequestAborted)).Trim();
        return password.Length > 0 && IsRight(header.Parameter, $"{User}:{password}")
            ? AuthenticateResult.Success(new AuthenticationTicket(Operator(), Scheme))
            : AuthenticateResult.Fail("Wrong user or password.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Basic realm=\"AX2 Caption operators\", charset=\"UTF-8\"";
        return Task.CompletedTask;
    }

    private static ClaimsPrincipal Operator() => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, User)], Scheme));

    private static bool IsRight(string? credentials, string expected)
    {
        var given = new byte[Encoding.UTF8.GetMaxByteCount(expected.Length) + 1];
        return Convert.TryFromBase64String(credentials ?? "", given, out var length)
            && CryptographicOperations.FixedTimeEquals(given.AsSpan(0, length), Encoding.UTF8.GetBytes(expected));
    }
}
