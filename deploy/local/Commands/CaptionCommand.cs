using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ax2.Local.Client;

namespace Ax2.Local.Commands;

internal static class CaptionCommand
{
    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "Video or audio files.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Output = new("-o", "--output")
    {
        Description = "Folder for the captions; made when missing. Without it they are written beside each file.",
        HelpName = "DIR",
    };

    private static readonly Option<string> Language = new("--language")
    {
        Description = "Spoken language, BCP 47.",
        HelpName = "CODE",
        DefaultValueFactory = _ => "en",
    };

    private static readonly Option<bool> AsJson = new("--json")
    {
        Description = "Print the results as JSON, one line for each file; progress stays on the error stream.",
    };

    private static readonly JsonSerializerOptions JsonLines = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static CliCommand Create()
    {
        var command = new CliCommand("caption",
            "Caption files: sets up and starts what is missing, writes NAME.LANGUAGE.srt and .vtt. Ctrl-C cancels.")
        {
            Files,
            Output,
            Language,
            AsJson,
            LocalSetup.Yes,
        };
        command.SetAction((arguments, cancellationToken) => RunAsync(
            CaptionTarget.Choose(arguments.GetRequiredValue(Files), arguments.GetValue(Output)),
            arguments.GetRequiredValue(Language),
            arguments.GetValue(AsJson),
            arguments.GetValue(LocalSetup.Yes),
            TimeProvider.System,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        IReadOnlyList<CaptionTarget> targets,
        string language,
        bool asJson,
        bool yes,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var layout = await EnsureStackAsync(LocalLayout.Current(), yes, time, cancellationToken);
        using var api = new ApiClient(layout.ApiOrigin, time);
        var user = await LocalUser.SignInAsync(api, layout.LocalUserFile, cancellationToken);
        var memories = Path.Combine(layout.Run, "uploads");
        var failed = 0;
        foreach (var target in targets)
        {
            try
            {
                using var display = ProgressDisplay.ForErrorStream();
                var memory = new UploadMemory(memories, user.Email, target.File);
                var result = await new CaptionRun(api, display, time).RunAsync(
                    target, memory, language, cancellationToken);
                display.Dispose();
                Console.WriteLine(asJson ? JsonSerializer.Serialize(result, JsonLines) : Describe(result));
            }
            catch (Exception failure) when (failure is ApiException or IOException or UnauthorizedAccessException)
            {
                failed++;
                await Console.Error.WriteLineAsync($"ax2: {target.File.Name}: {failure.Message}");
            }
        }
        await api.SignOutAsync(cancellationToken);
        return failed == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    /// <summary>A stack that is started here goes on afterwards: the job's page is on it.</summary>
    private static async Task<LocalLayout> EnsureStackAsync(
        LocalLayout layout, bool yes, TimeProvider time, CancellationToken cancellationToken)
    {
        if (StackControl.Running(layout) is { } running)
            return layout with { FirstPort = running.FirstPort };
        await StackControl.PrepareAsync(layout, yes, time, cancellationToken);
        await Console.Error.WriteLineAsync("ax2: starting the stack; it keeps running until ./ax2 down …");
        var started = await StackControl.StartDetachedAsync(layout, silos: 1, time, cancellationToken);
        return layout with { FirstPort = started.FirstPort };
    }

    private static string Describe(CaptionResult result) => string.Create(CultureInfo.InvariantCulture,
        $"{Path.GetFileName(result.File)}: {result.Cues} cues, {result.AudioSeconds:0.0} s of audio, "
        + $"{result.WallSeconds:0.0} s wall time, {result.CreditsCharged} credits charged\n"
        + $"  {string.Join("\n  ", result.Written)}\n"
        + $"  {result.Page}");
}
