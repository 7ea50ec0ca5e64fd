using Microsoft.Extensions.Options;

namespace Ax2.Media;

public static class FfmpegRegistration
{
    /// <summary>Probes and decodes with ffmpeg, by the options of <see cref="FfmpegOptions.Section"/>.</summary>
    public static IServiceCollection AddFfmpeg(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<FfmpegOptions>()
            .Bind(configuration.GetSection(FfmpegOptions.Section))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<FfmpegOptions>, Validator>();
        services.AddSingleton(p => p.GetRequiredService<IOptions<FfmpegOptions>>().Value);
        services.AddSingleton<FfmpegRunner>();
        services.AddSingleton<IMediaProbe, FfmpegProbe>();
        services.AddSingleton<IAudioDecoder, FfmpegAudioDecoder>();
        return services;
    }

    /// <summary>Fails the start of the silo when the tools do not run.</summary>
    internal static Task OpenMediaTools(this IHost host) =>
        host.Services.GetRequiredService<FfmpegRunner>().OpenAsync();

    private sealed class Validator : IValidateOptions<FfmpegOptions>
    {
        public ValidateOptionsResult Validate(string? name, FfmpegOptions options) =>
            options.FindFault() is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
    }
}
