using System.Globalization;
using System.Text.RegularExpressions;

namespace Ax2.Captions.Speech;

/// <summary>
/// The remote speech engine: a server with the OpenAI transcription interface. Section <c>Speech:Remote</c>.
/// </summary>
public sealed partial class RemoteSpeechOptions
{
    public const string Section = "Speech:Remote";

    /// <summary>
    /// Where the server is, without <c>/v1/audio/transcriptions</c>: <c>https://speech.example</c>. Default: empty, and
    /// then there is no such engine.
    /// </summary>
    public string Endpoint { get; set; } = "";

    /// <summary>
    /// A file that holds the key alone; it is read once, at start. Default: empty, no key is sent. A key goes over
    /// https or to this machine, never elsewhere.
    /// </summary>
    public string ApiKeyFile { get; set; } = "";

    /// <summary>
    /// The model to ask for; it must answer <c>verbose_json</c> with times. No default: it must be set, to any name
    /// for a server that has only one.
    /// </summary>
    public string Model { get; set; } = "";

    /// <summary>The languages that the model knows, BCP 47. No default: at least one.</summary>
    public IReadOnlyList<string> Languages { get; set; } = [];

    /// <summary>
    /// How long one request may take, from its first byte to the whole answer. Default: 10 min. Zero: no limit.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How much audio one request carries, and a recognition holds in memory (32 kB a second). A longer stream is cut
    /// where it is quiet. Default: 360, so that a chunk of a job goes as one. 10 to 780, because vendors take 25 MB;
    /// zero is refused.
    /// </summary>
    public int MaxRequestSeconds { get; set; } = 360;

    /// <summary>
    /// Requests under way at once, over all jobs of the process; more wait. Default: 4. Zero: no limit.
    /// </summary>
    public int MaxConcurrentRequests { get; set; } = 4;

    /// <summary>The largest answer that is read. Default: 16 MiB, 64 KiB to 256 MiB; zero is refused.</summary>
    public int MaxAnswerBytes { get; set; } = 16 << 20;

    internal Uri Url => new(Endpoint.TrimEnd('/') + "/v1/audio/transcriptions");

    /// <summary>What is wrong with these options, as one sentence for the operator, or null.</summary>
    internal string? FindFault() =>
        FindEndpointFault()
        ?? FindKeyFault()
        ?? (string.IsNullOrWhiteSpace(Model) ? $"{Section}:Model is not set." : null)
        ?? (Languages.Count == 0 ? $"{Section}:Languages names no language." : null)
        ?? (Languages.FirstOrDefault(language => !LanguageTag().IsMatch(language)) is { } wrong
            ? $"{Section}:Languages has '{wrong}', which is no BCP 47 code."
            : null)
        ?? OutOfRange(nameof(MaxRequestSeconds), MaxRequestSeconds, 10, 780)
        ?? OutOfRange(nameof(MaxConcurrentRequests), MaxConcurrentRequests, 0, 10_000)
        ?? OutOfRange(nameof(MaxAnswerBytes), MaxAnswerBytes, 64 << 10, 256 << 20)
        ?? (Timeout < TimeSpan.Zero || Timeout > TimeSpan.FromDays(1)
            ? $"{Section}:Timeout is {Timeout}; it must be zero to one day."
            : null);

    /// <summary>The key, or null when the server wants none.</summary>
    internal string? ReadKey() => ApiKeyFile.Length == 0 ? null : File.ReadAllText(ApiKeyFile).Trim();

    private string? FindEndpointFault() =>
        !Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            ? $"{Section}:Endpoint must be an http or https address."
            : uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0
                ? $"{Section}:Endpoint must be a plain address; a key belongs into the file {Section}:ApiKeyFile."
                : ApiKeyFile.Length > 0 && uri.Scheme == "http" && !uri.IsLoopback
                    ? $"{Section}:Endpoint must be https, because a key is sent there."
                    : null;

    private string? FindKeyFault()
    {
        try
        {
            return ReadKey() is { } key && (key.Length == 0 || key.Any(c => c is <= ' ' or > '~'))
                ? $"{Section}:ApiKeyFile does not hold one key: {ApiKeyFile}"
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"{Section}:ApiKeyFile cannot be read: {ApiKeyFile}";
        }
    }

    private static string? OutOfRange(string setting, int value, int least, int most) =>
        value >= least && value <= most
            ? null
            : string.Create(
                CultureInfo.InvariantCulture, $"{Section}:{setting} is {value}; it must be {least} to {most}.");

    [GeneratedRegex("^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    private static partial Regex LanguageTag();
}
