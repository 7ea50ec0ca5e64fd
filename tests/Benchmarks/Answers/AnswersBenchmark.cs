using Ax2.Benchmarks.Answers.Routes;
using Ax2.Benchmarks.Credits.Faults;
using Ax2.Benchmarks.Job;
using Ax2.Local;
using Ax2.TestKit.Limits;
using Ax2.TestKit.Speech;
using Ax2.TestKit.Users;
using Ax2.Users;

namespace Ax2.Benchmarks.Answers;

/// <summary>
/// What clients are answered while something is broken. Under each fault every route of the API is called all the while, on
/// the product as a user runs it: no call may be left without an answer, none answered 500, and none with a code that
/// says something untrue. Afterwards every accepted job must have ended right and the books must be in order.
/// </summary>
public static class AnswersBenchmark
{
    private const string AdminEmail = "admin@ax2.localhost";
    private const int ChunkSeconds = 10;

    /// <summary>A chunk takes the engine some 4 s, so that watched jobs have an event every second or two.</summary>
    private const double Speed = ChunkSeconds / 4.0;
    private const int ShortSeconds = 5;
    private const int LongSeconds = 1200;
    private static readonly Form Full = new(Silos: 3, IsQuick: false);
    private static readonly Form Quick = new(Silos: 2, IsQuick: true);

    /// <param name="isQuick">One fault at two silos, and no restart under load.</param>
    /// <param name="seed">Decides what is hit and when routes are called first, not the timing of processes.</param>
    /// <param name="fault">Only this one.</param>
    public static async Task<BenchReport> RunAsync(
        bool isQuick, int seed, string? fault, CancellationToken cancellationToken)
    {
        if (fault is not null && !StackFaults.Kinds.Contains(fault))
        {
            throw new SetupException($"There is no fault {fault}, but {string.Join(", ", StackFaults.Kinds)}.");
        }

        var form = isQuick ? Quick : Full;
        IReadOnlyList<string> kinds = fault is not null ? [fault] : isQuick ? ["silo_killed"] : StackFaults.Kinds;
        using var folder = new WorkFolder("ax2-bench-");
        return await RunAsync(folder.Path, form, kinds, new Random(seed), cancellationToken);
    }

    private static async Task<BenchReport> RunAsync(
        string folder, Form form, IReadOnlyList<string> kinds, Random random,
        CancellationToken cancellationToken)
    {
        await using var speech = await SlowSpeechServer.StartAsync(Speed, cancellationToken);
        var secret = Path.Combine(folder, "provider.secret");
        await File.WriteAllTextAsync(secret, OidcServer.ClientSecret + "\n", cancellationToken);
        OidcServer? provider = null;
        await using var stack = await BenchStack.StartAsync(
            folder,
            new BenchStackOptions
            {
                Silos = form.Silos,
                Prepare = async layout =>
                {
                    provider = new OidcServer(
                        TimeProvider.System, $"{layout.ApiOrigin}api/v1/sign-in/{ProviderRoutes.Provider}/callback");
                    await provider.StartAsync();
                    provider.Person = new OidcPerson("1", Account.NewEmail(), true);
                    await new ObjectFolder(layout.Objects).MountAsync();
                },
                Settings = _ => Settings(speech, provider!, secret),
            },
            cancellationToken);
        await using var kept = provider;
        var run = new AnswersRun(stack, speech, provider!, form.Silos, random, AdminEmail);
        var audio = new SampleAudioPair(
            await SampleAudio.MakeAsync(folder, ShortSeconds, seed: 1, cancellationToken),
            await SampleAudio.MakeAsync(folder, LongSeconds, seed: 2, cancellationToken));
        return await run.RunAsync(kinds, audio, withRestart: !form.IsQuick, cancellationToken);
    }

    private static Dictionary<string, string> Settings(SlowSpeechServer speech, OidcServer provider, string secret)
    {
        var settings = new Dictionary<string, string>(NoLimits.Settings);
        // The embedded engine stays beside it: jobs name theirs.
        foreach (var (name, value) in speech.Settings.Where(setting => setting.Value.Length > 0))
        {
            settings[name] = value;
        }

        const string signIn = $"SignIn__Oidc__{ProviderRoutes.Provider}";
        settings["Admin__Emails__0"] = AdminEmail;
        settings["Jobs__ChunkTarget"] = $"00:00:{ChunkSeconds}";
        settings["Jobs__ChunkCutWindow"] = "00:00:02";
        settings["Jobs__ChunkContext"] = "00:00:01";
        settings["Tokens__AccessLifetime"] = "01:00:00";
        settings["Uploads__MaxOpenPerWorkspace"] = "0";
        settings["Workspaces__MaxInvitationsPerDay"] = "100000";
        settings[$"{signIn}__Issuer"] = provider.Issuer;
        settings[$"{signIn}__ClientId"] = OidcServer.ClientId;
        settings[$"{signIn}__ClientSecretFile"] = secret;
        return settings;
    }

    private sealed record Form(int Silos, bool IsQuick);
}
