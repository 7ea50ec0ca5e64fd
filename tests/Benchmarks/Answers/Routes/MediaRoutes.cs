namespace Ax2.Benchmarks.Answers.Routes;

/// <summary>Uploads, and the bytes behind signed links.</summary>
internal static class MediaRoutes
{
    private const string Gone = "410";

    /// <param name="uploader">Begins and removes uploads.</param>
    public static async Task<IEnumerable<RouteCall>> OfAsync(World world, SampleAudioPair audio, Account uploader)
    {
        var media = new Media(world.Wire);
        var opened = await media.OpenAsync(uploader, audio.Short);
        var ready = await world.Wire.AskAsync(world.Owner.Get($"/uploads/{world.Upload}"));
        var playback = ready.Json.GetProperty("playbackUrl").GetString()!;
        return [.. Uploads(world, audio.Short, uploader, media), .. Objects(audio.Short, opened, playback)];
    }

    private static IEnumerable<RouteCall> Uploads(World world, SampleAudio sample, Account uploader, Media media)
    {
        yield return new PlainCall("POST /api/v1/uploads", "201", () => uploader.Post("/uploads", Media.Begin(sample)))
        {
            Then = answer =>
                world.Wire.AskAsync(uploader.Delete($"/uploads/{answer.Json.GetProperty("id").GetGuid()}")),
        };
        yield return new PlainCall("GET /api/v1/uploads/{id}", "200", () => world.Owner.Get($"/uploads/{world.Upload}"))
        {
            FindFault = answer => answer.Json.GetProperty("state").GetString() == "ready" ? null : "it is not ready",
        };
        yield return new SupplyCall<OpenUpload>(
            "POST /api/v1/uploads/{id}/complete", "200|202", world.Supply(() => media.SendAsync(uploader, sample)),
            upload => uploader.Post($"/uploads/{upload.Id}/complete", new { }))
        {
            IsUnderWay = answer => answer.Status == 202,
            Then = answer =>
            {
                world.Uploads.Add(answer, uploader);
                return Task.CompletedTask;
            },
        };
        yield return new SupplyCall<OpenUpload>(
            "DELETE /api/v1/uploads/{id}", "204", world.Supply(() => media.OpenAsync(uploader, sample)),
            upload => uploader.Delete($"/uploads/{upload.Id}"))
        {
            WhenRepeated = ["404", Gone],
        };
    }

    private static IEnumerable<RouteCall> Objects(SampleAudio sample, OpenUpload opened, string playback)
    {
        yield return new PlainCall("PUT /objects/{key}", "204", () => Media.Put(opened, 0, sample));
        yield return new PlainCall("GET /objects/{key}", "200", () => Request(HttpMethod.Get, playback));
        yield return new PlainCall("HEAD /objects/{key}", "200", () => Request(HttpMethod.Head, playback));
    }

    private static HttpRequestMessage Request(HttpMethod method, string url) =>
        new(method, new Uri(url, UriKind.RelativeOrAbsolute));
}
