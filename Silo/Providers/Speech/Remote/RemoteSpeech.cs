using Microsoft.Extensions.Options;

namespace Ax2.Captions.Speech;

public static class RemoteSpeech
{
    /// <summary>
    /// Adds the engine <c>remote</c>, by the options of <see cref="RemoteSpeechOptions.Section"/>; without an endpoint
    /// there, it adds nothing.
    /// </summary>
    public static IServiceCollection AddRemoteSpeech(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(RemoteSpeechOptions.Section);
        if (string.IsNullOrWhiteSpace(section[nameof(RemoteSpeechOptions.Endpoint)]))
        {
            return services;
        }
        services.AddOptions<RemoteSpeechOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RemoteSpeechOptions>, Validator>();
        services.AddSingleton<TranscriptionClient>();
        services.AddSingleton<ISpeechRecognizer, RemoteSpeechRecognizer>();
        return services;
    }

    private sealed class Validator : IValidateOptions<RemoteSpeechOptions>
    {
        public ValidateOptionsResult Validate(string? name, RemoteSpeechOptions options) =>
            options.FindFault() is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
    }
}
