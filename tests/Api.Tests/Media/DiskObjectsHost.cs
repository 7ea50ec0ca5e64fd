using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ax2.Media;

/// <summary>A real Kestrel on loopback with only the disk store's addresses.</summary>
public class DiskObjectsHost : IAsyncLifetime
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    private readonly string _root = Directory.CreateTempSubdirectory("ax2-objects-").FullName;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private WebApplication? _app;

    /// <summary>Configuration beside folder and signing key, given a folder for its files.</summary>
    protected virtual Dictionary<string, string?> Settings(string folder) => [];

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public HttpClient Client { get; } = new();

    public Uri Address => Client.BaseAddress!;

    public DiskObjectLayout Layout => new(Path.Combine(_root, "store"));

    public async ValueTask InitializeAsync()
    {
        var keyFile = Path.Combine(_root, "signing.key");
        await File.WriteAllTextAsync(keyFile, Convert.ToHexStringLower(_key));
        Layout.CreateFolders();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([
            new($"{DiskStoreOptions.Section}:Folder", Path.Combine(_root, "store")),
            new($"{DiskStoreOptions.Section}:SigningKeyFile", keyFile),
        ]);
        builder.Configuration.AddInMemoryCollection(Settings(_root));
        builder.Services.AddSingleton<TimeProvider>(Time).AddProblemDetails()
            .AddDiskObjects(builder.Configuration);
        _app = builder.Build();
        _app.MapDiskObjects();
        await _app.StartAsync();
        Client.BaseAddress = new Uri(_app.Urls.Single());
    }

    /// <summary>Begins a multipart upload as the silo's store does.</summary>
    public void Begin(string key) => DiskObjectLayout.CreateFolder(FolderOf(key));

    public string PartUrl(string key, int number, long size, TimeSpan? lifetime = null) =>
        new DiskPartLink(key, DiskObjectLayout.MultipartId(key), number, size, Time.GetUtcNow() + (lifetime ?? _hour))
            .Sign(_key);

    public string ReadUrl(string key, string contentType, string name = "", TimeSpan? lifetime = null) =>
        new DiskReadLink(key, contentType, name, Time.GetUtcNow() + (lifetime ?? _hour)).Sign(_key);

    /// <summary>Puts an object in its place, as joining its parts does.</summary>
    public void Store(string key, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Layout.ObjectFile(key))!);
        File.WriteAllBytes(Layout.ObjectFile(key), bytes);
    }

    /// <summary>Every file of a multipart upload, those on their way included.</summary>
    public string[] PartFiles(string key) =>
        [.. Directory.EnumerateFiles(FolderOf(key)).Select(f => Path.GetFileName(f))];

    public async Task<HttpResponseMessage> PutAsync(string url, byte[] bytes, string? digest = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(bytes) };
        if (digest is not null) request.Content.Headers.TryAddWithoutValidation("Content-Digest", digest);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<HttpResponseMessage> GetAsync(string url, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        headers?.Invoke(request.Headers);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private string FolderOf(string key) => Layout.MultipartFolder(key, DiskObjectLayout.MultipartId(key))!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        GC.SuppressFinalize(this);
        await _app!.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }
}
