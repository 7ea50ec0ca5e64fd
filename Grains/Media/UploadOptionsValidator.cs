using Microsoft.Extensions.Options;

namespace Ax2.Media;

internal sealed class UploadOptionsValidator : IValidateOptions<UploadOptions>
{
    private const int MinPartBytes = 5 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, UploadOptions options) => OptionRules.Check(
        (options.MaxFileBytes >= 1, "Uploads:MaxFileBytes is at least 1."),
        (options.PartSizeBytes >= MinPartBytes, "Uploads:PartSizeBytes is at least 5 MiB."),
        (options.MaxMediaDuration > TimeSpan.Zero && options.Lifetime > TimeSpan.Zero
            && options.LinkLifetime > TimeSpan.Zero,
            "Uploads: durations are more than zero."),
        (options.MaxOpenPerWorkspace >= 0 && options.MaxFilesPerWorkspace >= 0 && options.MaxBytesPerWorkspace >= 0,
            "Uploads: what a workspace may have is not negative."));
}
