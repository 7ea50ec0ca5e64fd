using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ax2.Captions.Speech;

public static class EmbeddedSpeech
{
    /// <summary>
    /// Adds the engine <c>embedded</c>; without a model folder in its options, it adds nothing. The host does not start
    /// when models are missing there.
    /// </summary>
    public static IServiceCollection AddEmbeddedSpeech(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(EmbeddedSpeechOptions.Section);
        if (string.IsNullOrWhiteSpace(section[nameof(EmbeddedSpeechOptions.ModelFolder)]))
        {
            return services;
        }
        services.AddOptions<EmbeddedSpeechOptions>().Bind(section).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<EmbeddedSpeechOptions>, EmbeddedSpeechOptionsValidator>());
        services.AddSingleton<EmbeddedEngine>();
        services.AddSingleton<ISpeechRecognizer, EmbeddedSpeechRecognizer>();
        return services;
    }
}
