using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ax2.Captions.Speech;

public static class EmbeddedSpeech
{
    /// <summary>
    /// Makes the embedded engine the <see cref="ISpeechRecognizer"/>. The host does not start without its models.
    /// </summary>
    public static IServiceCollection AddEmbeddedSpeech(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EmbeddedSpeechOptions>()
            .Bind(configuration.GetSection(EmbeddedSpeechOptions.Section))
            .ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<EmbeddedSpeechOptions>, EmbeddedSpeechOptionsValidator>());
        services.AddSingleton<EmbeddedEngine>();
        services.AddSingleton<ISpeechRecognizer, EmbeddedSpeechRecognizer>();
        return services;
    }

    /// <summary>At start, so that no grain's turn waits for it and the first job is as fast as the second.</summary>
    internal static void LoadSpeechModels(this IHost host) => host.Services.GetRequiredService<ISpeechRecognizer>();
}
