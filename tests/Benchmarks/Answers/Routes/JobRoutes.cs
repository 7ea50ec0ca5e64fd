namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>Jobs from their quote to their captions.</summary>
internal static class JobRoutes
{
    public static IEnumerable<RouteCall> Of(World world, SampleAudioPair audio) =>
        [.. Reads(world), .. Changes(world, audio.Short)];

    private static IEnumerable<RouteCall> Reads(World world)
    {
        var (owner, done) = (world.Owner, world.DoneJob);
        yield return new PlainCall("GET /api/v1/languages", "200", () => owner.Get("/languages"));
        yield return new PlainCall("POST /api/v1/quotes", "200", () =>
            owner.Post("/quotes", AcceptedJobs.Order(world.Upload)));
        yield return new PlainCall("GET /api/v1/jobs", "200", () => owner.Get("/jobs?limit=100"))
        {
            FindFault = answer => answer.Json.GetProperty("items").GetArrayLength() > 0 ? null : "no jobs",
        };
        yield return new PlainCall("GET /api/v1/jobs/{id}", "200", () => owner.Get($"/jobs/{done}"))
        {
            FindFault = answer => answer.Json.GetProperty("stage").GetString() == "done" ? null : "it is not done",
        };
        yield return new PlainCall("GET /api/v1/jobs/{id}/events", "200|204", () =>
            world.RunningJobs[0].Owner.Get($"/jobs/{world.RunningJobs[0].Id}/events"))
        {
            IsStream = true,
        };
        yield return new PlainCall("GET /api/v1/jobs/{id}/captions/{language}.{format}", "200", () =>
            owner.Get($"/jobs/{done}/captions/en.srt"))
        {
            FindFault = answer => answer.Text == world.Captions ? null : "other captions",
        };
    }

    private static IEnumerable<RouteCall> Changes(World world, SampleAudio sample)
    {
        var owner = world.Owner;
        // A repeat with the same key is the same job.
        yield return new SupplyCall<string>(
            "POST /api/v1/jobs", "202", world.Supply(() => Task.FromResult($"{Guid.CreateVersion7()}")),
            key => owner.Post("/jobs", AcceptedJobs.Order(world.Upload), key))
        {
            Then = answer => Task.FromResult(world.Jobs.Add(answer, owner, sample)),
        };
        yield return new SupplyCall<AcceptedJob>(
            "POST /api/v1/jobs/{id}/cancel", "202", world.Supply(() => ToBeCancelledAsync(world, sample)),
            job => owner.Post($"/jobs/{job.Id}/cancel"))
        {
            Pause = AllRoutes.Slow,
        };
        yield return new SupplyCall<AcceptedJob>(
            "POST /api/v1/jobs/{id}/retry", "202", world.Supply(() => CancelledAsync(world, sample)),
            job => owner.Post($"/jobs/{job.Id}/retry"))
        {
            // The first try may have been enough.
            WhenRepeated = ["409 nothing_to_retry"],
            Pause = AllRoutes.Slow,
        };
    }

    private static async Task<AcceptedJob> ToBeCancelledAsync(World world, SampleAudio sample)
    {
        var job = await world.Jobs.StartAsync(world.Owner, world.Upload, sample);
        world.Jobs.MayBeCancelled(job);
        return job;
    }

    /// <summary>A job that was cancelled before it was done.</summary>
    private static async Task<AcceptedJob> CancelledAsync(World world, SampleAudio sample)
    {
        while (true)
        {
            var job = await ToBeCancelledAsync(world, sample);
            await world.Wire.AskAsync(world.Owner.Post($"/jobs/{job.Id}/cancel"));
            if (await world.Jobs.EndAsync(job) == "cancelled")
            {
                return job;
            }
        }
    }
}
