using System.Net.Http.Headers;
using System.Text.Json;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.Answers;

/// <summary>A talk as a file, and the words in it.</summary>
internal sealed record Talk(string Path, string Words)
{
    public static async Task<Talk> MakeAsync(
        string folder, int seconds, int seed, CancellationToken cancellationToken)
    {
        var samples = SyntheticSpeech.Make(seconds, seed);
        var path = System.IO.Path.Combine(folder, $"talk-{seconds}.wav");
        await SyntheticSpeech.WriteWavAsync(path, samples, cancellationToken);
        return new Talk(path, string.Join(' ', SyntheticSpeech.Recognise(samples).Select(word => word.Text)));
    }
}

/// <param name="Short">One chunk.</param>
/// <param name="Long">Enough chunks to run through a round.</param>
internal sealed record Talks(Talk Short, Talk Long);

/// <summary>An upload on its way.</summary>
/// <param name="PartUrls">By the order of the parts.</param>
internal sealed record OpenUpload(Guid Id, IReadOnlyList<string> PartUrls, long PartSizeBytes);

/// <summary>Uploads over the API, step by step.</summary>
internal sealed class Media(ApiWire wire)
{
    public static object Begin(Talk talk) =>
        new { fileName = Path.GetFileName(talk.Path), sizeBytes = new FileInfo(talk.Path).Length };

    public async Task<OpenUpload> OpenAsync(Account account, Talk talk) =>
        Read((await wire.AskAsync(account.Post("/uploads", Begin(talk)))).Json);

    public async Task<OpenUpload> SendAsync(Account account, Talk talk)
    {
        var upload = await OpenAsync(account, talk);
        for (var part = 0; part < upload.PartUrls.Count; part++)
        {
            await wire.AskAsync(Put(upload, part, talk));
        }

        return upload;
    }

    public async Task<Guid> UploadAsync(Account account, Talk talk)
    {
        var upload = await SendAsync(account, talk);
        var completed = await wire.AskAsync(account.Post($"/uploads/{upload.Id}/complete", new { }));
        // The answer may come before the file is joined and probed.
        while (completed.Json.GetProperty("state").GetString() != "ready")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            completed = await wire.AskAsync(account.Get($"/uploads/{upload.Id}"));
        }

        return upload.Id;
    }

    /// <param name="part">From zero.</param>
    public static HttpRequestMessage Put(OpenUpload upload, int part, Talk talk)
    {
        using var file = File.OpenRead(talk.Path);
        file.Seek(part * upload.PartSizeBytes, SeekOrigin.Begin);
        var bytes = new byte[Math.Min(upload.PartSizeBytes, file.Length - file.Position)];
        file.ReadExactly(bytes);
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new HttpRequestMessage(HttpMethod.Put, new Uri(upload.PartUrls[part], UriKind.RelativeOrAbsolute))
        {
            Content = content,
        };
    }

    private static OpenUpload Read(JsonElement upload) => new(
        upload.GetProperty("id").GetGuid(),
        [.. upload.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("url").GetString()!)],
        upload.GetProperty("partSizeBytes").GetInt64());
}
