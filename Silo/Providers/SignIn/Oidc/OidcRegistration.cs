using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>Public for the tests of the API, which sign in at a provider of their own.</summary>
public static class OidcRegistration
{
    /// <summary>Of one request. The API's call, which waits for it, has 7 s.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private const int MaxAnswerBytes = 256 * 1024;

    public static IServiceCollection AddOidcSignIn(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<OidcOptions>().Bind(configuration.GetSection(OidcOptions.Section)).ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<OidcOptions>, OidcPresets>();
        services.AddSingleton<IValidateOptions<OidcOptions>, OidcRules>();
        services.AddHttpClient(OidcClient.HttpClientName, http =>
        {
            http.Timeout = Timeout;
            http.MaxResponseContentBufferSize = MaxAnswerBytes;
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddSingleton<IdTokens>();
        return services.AddSingleton<IOidcClient, OidcClient>();
    }
}
