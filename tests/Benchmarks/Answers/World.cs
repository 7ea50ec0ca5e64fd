using Ax2.TestKit.Users;
using Ax2.Users;

namespace Ax2.Benchmarks.Answers;

/// <summary>
/// The users and things that the routes are called with in one round. All of it is made anew for each round, while the
/// service is well.
/// </summary>
internal sealed class World
{
    public required ApiWire Wire { get; init; }

    public required Accounts Accounts { get; init; }

    public required AcceptedJobs Jobs { get; init; }

    public required AcceptedUploads Uploads { get; init; }

    public required OidcServer Provider { get; init; }

    /// <summary>Ends with the round: nothing is made ahead any more.</summary>
    public required CancellationToken Ended { get; init; }

    /// <summary>Reads and changes what is not used up. Owns <see cref="Workspace"/>.</summary>
    public required Account Owner { get; init; }

    public required Account Admin { get; init; }

    /// <summary>A shared one of <see cref="Owner"/>.</summary>
    public required Guid Workspace { get; init; }

    /// <summary>In <see cref="Workspace"/>, and stays there.</summary>
    public required Account Member { get; init; }

    /// <summary>Some seconds of speech.</summary>
    public required Guid Upload { get; init; }

    /// <summary>A finished job of <see cref="Upload"/>.</summary>
    public required Guid DoneJob { get; init; }

    /// <summary>Of <see cref="DoneJob"/>, as SubRip.</summary>
    public required string Captions { get; init; }

    /// <summary>Of a user each, who share the workers. They run all the while.</summary>
    public required IReadOnlyList<RunningJob> RunningJobs { get; init; }

    public static async Task<World> MakeAsync(
        ApiWire wire, MailOutbox outbox, OidcServer provider, SampleAudioPair audio, AcceptedJobs jobs,
        string adminEmail, CancellationToken ended)
    {
        var accounts = new Accounts(wire, outbox);
        var owner = await accounts.SignUpVerifiedAsync();
        var workspace = await accounts.CreateWorkspaceAsync(owner);
        var media = new Media(wire);
        var upload = await media.UploadAsync(owner, audio.Short);
        var done = await jobs.StartAsync(owner, upload, audio.Short);
        var stage = await jobs.EndAsync(done);
        var captions = await wire.AskAsync(owner.Get($"/jobs/{done.Id}/captions/en.srt"));
        return stage != "done"
            ? throw new PreparationException($"The first job ended as {stage}.")
            : new World
            {
                Wire = wire, Accounts = accounts, Jobs = jobs, Uploads = new AcceptedUploads(wire),
                Provider = provider, Ended = ended, Owner = owner,
                Admin = await accounts.SignUpVerifiedAsync(adminEmail), Workspace = workspace,
                Member = await accounts.JoinAsync(owner, workspace), Upload = upload, DoneJob = done.Id,
                Captions = captions.Text, RunningJobs = await StartLongJobsAsync(accounts, media, audio, jobs),
            };
    }

    public Supply<T> Supply<T>(Func<Task<T>> make) => new(make, Ended);

    private static async Task<IReadOnlyList<RunningJob>> StartLongJobsAsync(
        Accounts accounts, Media media, SampleAudioPair audio, AcceptedJobs jobs)
    {
        const int watched = 2;
        var started = new List<RunningJob>();
        for (var i = 0; i < watched; i++)
        {
            var owner = await accounts.SignUpAsync();
            var upload = await media.UploadAsync(owner, audio.Long);
            started.Add(new RunningJob(owner, upload, (await jobs.StartAsync(owner, upload, audio.Long)).Id));
        }

        return started;
    }
}

internal sealed record RunningJob(Account Owner, Guid Upload, Guid Id);
