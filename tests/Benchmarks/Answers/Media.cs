using System.Net.Http.Headers;
using System.Text.Json;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.Answers;

/// <summary>Speech in a file, and its words.</summary>
internal sealed record SampleAudio(string Path, string Words)
{
    public static async Task<SampleAudio> MakeAsync(
        string folder, int seconds, int seed, CancellationToken cancellationToken)
    {
        var samples = SyntheticSpeech.Make(seconds, seed);
        var path = System.IO.Path.Combine(folder, $"sample-{seconds}.wav");
        await SyntheticSpeech.WriteWavAsync(path, samples, cancellationToken);
        return new SampleAudio(path, string.Join(' ', SyntheticSpeech.Recognise(samples).Select(word => word.Text)));
    }
}

/// <param name="Short">One chunk.</param>
/// <param name="Long">Enough chunks to run through a round.</param>
internal sealed record SampleAudioPair(SampleAudio Short, SampleAudio Long);

/// <summary>An upload on its way.</summary>
/// <param name="PartUrls">By the order of the parts.</param>
internal sealed record OpenUpload(Guid Id, IReadOnlyList<string> PartUrls, long PartSizeBytes);

/// <summary>Uploads over the API, step by step.</summary>
internal sealed class Media(ApiWire wire)
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    public static object Begin(SampleAudio sample) =>
        new { fileName = Path.GetFileName(sample.Path), sizeBytes = new FileInfo(sample.Path).Length };

    public async Task<OpenUpload> OpenAsync(Account account, SampleAudio sample) =>
        Read((await wire.AskAsync(account.Post("/uploads", Begin(sample)))).Json);

    public async Task<OpenUpload> SendAsync(Account account, SampleAudio sample)
    {
        var upload = await OpenAsync(account, sample);
        for (var part = 0; part < upload.PartUrls.Count; part++)
        {
            await wire.AskAsync(Put(upload, part, sample));
        }

        return upload;
    }

    public async Task<Guid> UploadAsync(Account account, SampleAudio sample)
    {
        var upload = await SendAsync(account, sample);
        var completed = await wire.AskAsync(account.Post($"/uploads/{upload.Id}/complete", new { }));
        var begun = TimeProvider.System.GetTimestamp();
        // The answer may come before the file is joined and probed.
        while (completed.Json.GetProperty("state").GetString() is var state && state != "ready")
        {
            if (state != "open" || TimeProvider.System.GetElapsedTime(begun) > ReadyTimeout)
            {
                throw new PreparationException($"The upload {upload.Id} is {state} instead of ready.");
            }

            await Task.Delay(LookEvery, TimeProvider.System);
            completed = await wire.AskAsync(account.Get($"/uploads/{upload.Id}"));
        }

        return upload.Id;
    }

    /// <param name="part">From zero.</param>
    public static HttpRequestMessage Put(OpenUpload upload, int part, SampleAudio sample)
    {
        using var file = File.OpenRead(sample.Path);
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
