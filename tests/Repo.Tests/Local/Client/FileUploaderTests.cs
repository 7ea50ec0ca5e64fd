using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ax2.Local.Client;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class FileUploaderTests : IDisposable
{
    private const int PartSize = 4;
    private readonly string root = Directory.CreateTempSubdirectory("ax2-upload-test-").FullName;
    private readonly FileInfo file;
    private readonly Store store = new();
    private readonly ScriptedService service;
    private readonly ApiClient client;

    public FileUploaderTests()
    {
        file = new FileInfo(Path.Combine(root, "talk.mp4"));
        File.WriteAllText(file.FullName, "0123456789");
        service = new ScriptedService(store.Answer);
        client = service.Client();
    }

    private UploadMemory Memory => new(Path.Combine(root, "memory"), "me", new FileInfo(file.FullName));

    public void Dispose()
    {
        client.Dispose();
        service.Dispose();
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task Send_NewFile_BringsEveryPartAndCompletes()
    {
        var upload = await SendAsync();

        Assert.True(upload.IsReady);
        Assert.Equal("0123456789", store.Content);
    }

    [Fact]
    public async Task Send_AfterAnInterruption_SendsOnlyWhatIsMissing()
    {
        store.RefusePart = 3;
        await Assert.ThrowsAsync<ApiException>(SendAsync);
        store.RefusePart = null;
        service.Asked.Clear();

        var upload = await SendAsync();

        Assert.True(upload.IsReady);
        Assert.Equal("0123456789", store.Content);
        Assert.Equal(["PUT /part/3"], service.Asked.Where(asked => asked.StartsWith("PUT", StringComparison.Ordinal)));
        Assert.Equal(1, store.Started);
    }

    [Fact]
    public async Task Send_FileWasChangedMeanwhile_StartsAnew()
    {
        store.RefusePart = 3;
        await Assert.ThrowsAsync<ApiException>(SendAsync);
        store.RefusePart = null;
        var written = file.LastWriteTimeUtc;
        File.WriteAllText(file.FullName, "abcdefghij");
        File.SetLastWriteTimeUtc(file.FullName, written);

        await SendAsync();

        Assert.Equal("abcdefghij", store.Content);
        Assert.Contains(service.Asked, asked => asked.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_SignedAddressRanOut_AsksForAFreshOne()
    {
        store.ExpirePartOnce = 2;

        var upload = await SendAsync();

        Assert.True(upload.IsReady);
        Assert.Equal("0123456789", store.Content);
    }

    [Fact]
    public async Task Send_NotMedia_TellsTheReasonAndForgetsTheUpload()
    {
        store.Verdict = () => ScriptedService.Problem(HttpStatusCode.UnprocessableEntity, "not_media", "No media.");

        var failure = await Assert.ThrowsAsync<ApiException>(SendAsync);

        Assert.Equal("not_media", failure.Code);
        Assert.Null(Memory.Recall());
    }

    [Fact]
    public async Task Send_CompletionIsStillUnderWay_AsksUntilItHasEnded()
    {
        store.WorkingAnswers = 20;

        var upload = await SendAsync();

        Assert.True(upload.IsReady);
        Assert.Equal(21, service.Asked.Count(asked => asked.EndsWith("/complete", StringComparison.Ordinal)));
    }

    private async Task<Upload> SendAsync() => await service.FastForward(
        new FileUploader(client).SendAsync(file, Memory, new Progress<long>(), TestContext.Current.CancellationToken));

    /// <summary>An upload of three parts, as the API keeps it.</summary>
    private sealed class Store
    {
        private static readonly Guid Id = Guid.Parse("018f0000-0000-7000-8000-000000000001");
        private readonly SortedDictionary<int, byte[]> parts = [];
        private readonly object held = new();

        public int Started { get; private set; }
        public int? RefusePart { get; set; }
        public int? ExpirePartOnce { get; set; }
        public int WorkingAnswers { get; set; }
        public Func<HttpResponseMessage>? Verdict { get; set; }
        public string Content => string.Concat(parts.Values.Select(Encoding.ASCII.GetString));

        public HttpResponseMessage Answer(HttpRequestMessage request)
        {
            lock (held)
            {
                var path = request.RequestUri!.AbsolutePath;
                return (request.Method.Method, path) switch
                {
                    ("PUT", _) => Put(path[^1] - '0', request.Content!),
                    ("DELETE", _) => Delete(),
                    ("POST", "/api/v1/uploads") => Start(),
                    ("POST", _) when WorkingAnswers-- > 0 => View("open", HttpStatusCode.Accepted),
                    ("POST", _) => Verdict?.Invoke() ?? View("ready"),
                    _ => View("open"),
                };
            }
        }

        private HttpResponseMessage Start()
        {
            Started++;
            return View("open");
        }

        private HttpResponseMessage Put(int number, HttpContent body)
        {
            if (number == RefusePart)
            {
                // The others are sent at the same time, and the refusal ends what is not in.
                while (parts.Count < 2)
                    Assert.True(Monitor.Wait(held, TimeSpan.FromMinutes(1)), "The other parts were not sent.");
                return ScriptedService.Problem(HttpStatusCode.Conflict, "refused", "");
            }
            if (number == ExpirePartOnce)
            {
                ExpirePartOnce = null;
                return ScriptedService.Problem(HttpStatusCode.Forbidden, "url_expired", "");
            }
            var bytes = body.ReadAsByteArrayAsync().GetAwaiter().GetResult();
            var digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:";
            Assert.Equal(digest, body.Headers.GetValues("Content-Digest").Single());
            parts[number] = bytes;
            Monitor.PulseAll(held);
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }

        private HttpResponseMessage Delete()
        {
            parts.Clear();
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }

        private HttpResponseMessage View(string state, HttpStatusCode status = HttpStatusCode.OK) =>
            ScriptedService.Json(JsonSerializer.Serialize(new
        {
            id = Id,
            state,
            partSizeBytes = PartSize,
            parts = new[] { Part(1, PartSize), Part(2, PartSize), Part(3, 2) },
        }), status);

        private object Part(int number, int sizeBytes) => parts.TryGetValue(number, out var bytes)
            ? new { number, sizeBytes, received = true, sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) }
            : new { number, sizeBytes, received = false, url = $"/part/{number}" };
    }
}
