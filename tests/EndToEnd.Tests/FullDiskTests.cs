using System.Net;
using System.Text.Json;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Media;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests;

/// <summary>
/// The object store lies on a disk that really is full: an upload's completion says so, and a job waits for space and
/// goes on by itself.
/// </summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const int DiskKilobytes = 32 * 1024;
    private const int Seconds = 200;
    private readonly SmallDisk _disk = SmallDisk.MountOrSkip(DiskKilobytes);
    private SlowSpeechServer _speech = null!;
    private LocalCluster? _cluster;

    public async ValueTask InitializeAsync()
    {
        _speech = await SlowSpeechServer.StartAsync(1_000, CancellationToken.None);
        _cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions
            {
                Settings = new Dictionary<string, string>(_speech.Settings)
                {
                    ["Storage__Disk__Folder"] = Path.Combine(_disk.Folder, "objects"),
                    ["Uploads__PartSizeBytes"] = "5242880",
                    ["Jobs__MaxRetryDelay"] = "00:00:01",
                },
            },
            CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _speech.DisposeAsync();
        _disk.Dispose();
    }

    [Fact]
    public async Task FullDisk_WhileUploadingAndCaptioning_IsSaidAndWaitedOut()
    {
        using var user = await ApiSession.SignUp(_cluster!.Origin);
        var upload = await SendParts(user, await MakeFile());
        _disk.Fill();
        Assert.Equal((507, "storage_full"), await Complete(user, upload));
        _disk.Free();
        Assert.Equal((200, null), await Complete(user, upload));

        _disk.Fill();
        var job = await user.StartJob(upload);
        var id = job.GetProperty("id").GetString()!;
        var waiting = await UntilItWaits(user, id);
        Assert.Equal("reserved", waiting.GetProperty("stage").GetString());
        _disk.Free();
        var over = await user.End(id);

        Assert.True(over.GetProperty("stage").GetString() == "done", over.ToString());
        Assert.Equal(JsonValueKind.Null, over.GetProperty("progress").GetProperty("waitingForSpaceSince").ValueKind);
    }

    private async Task<string> MakeFile()
    {
        var file = Path.Combine(_cluster!.Folder, "talk.wav");
        await SyntheticSpeech.WriteWavAsync(
            file, SyntheticSpeech.Make(Seconds, seed: 7), TestContext.Current.CancellationToken);
        return file;
    }

    /// <summary>More than one: a single part needs no space to become the object.</summary>
    private static async Task<string> SendParts(ApiSession user, string file)
    {
        var content = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        using var begun = await user.Post("/uploads", new { fileName = "talk.wav", sizeBytes = content.Length });
        var upload = await ApiSession.Json(begun);
        Assert.Equal(2, upload.GetProperty("parts").GetArrayLength());
        foreach (var part in upload.GetProperty("parts").EnumerateArray())
        {
            using var sent = await user.SendPart(upload, part, content);
            Assert.True(sent.IsSuccessStatusCode, sent.ToString());
        }

        return upload.GetProperty("id").GetString()!;
    }

    private static async Task<(int Status, string? Code)> Complete(ApiSession user, string upload)
    {
        while (true)
        {
            using var answer = await user.Post($"/uploads/{upload}/complete", new { });
            var body = await ApiSession.Json(answer);
            if (answer.StatusCode != HttpStatusCode.Accepted)
            {
                return ((int)answer.StatusCode, body.TryGetProperty("code", out var code) ? code.GetString() : null);
            }
        }
    }

    private static async Task<JsonElement> UntilItWaits(ApiSession user, string id)
    {
        await foreach (var (_, job) in user.Events(id, -1, TestContext.Current.CancellationToken))
        {
            if (job.GetProperty("progress").GetProperty("waitingForSpaceSince").ValueKind == JsonValueKind.String)
            {
                return job;
            }
        }

        throw new InvalidOperationException("The job ended without waiting for space.");
    }
}
