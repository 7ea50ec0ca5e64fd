using Ax2.Local.Client;

namespace Ax2.Benchmarks.Cluster;

/// <summary>A signed-in user of a cluster's API.</summary>
internal sealed class BenchUser(ApiClient api) : IDisposable
{
    public const string Password = "a long enough password";

    public ApiClient Api => api;

    public static Task<BenchUser> SignUpAsync(Uri origin, CancellationToken cancellationToken) =>
        SignUpAsync(origin, $"bench-{Guid.CreateVersion7():N}@ax2.localhost", cancellationToken);

    public static async Task<BenchUser> SignUpAsync(Uri origin, string email, CancellationToken cancellationToken)
    {
        var api = new ApiClient(origin, TimeProvider.System);
        await api.CreateUserAsync(email, Password, cancellationToken);
        await api.SignInAsync(email, Password, cancellationToken);
        return new BenchUser(api);
    }

    /// <summary>A new upload each time, checked and probed.</summary>
    public async Task<Guid> UploadAsync(string path, CancellationToken cancellationToken)
    {
        var memory = Directory.CreateTempSubdirectory("ax2-upload-");
        try
        {
            var file = new FileInfo(path);
            var upload = await new FileUploader(api).SendAsync(
                file, new UploadMemory(memory.FullName, "bench", file), new Progress<long>(), cancellationToken);
            return upload.Id;
        }
        finally
        {
            memory.Delete(recursive: true);
        }
    }

    public async Task<Guid> StartJobAsync(Guid uploadId, CancellationToken cancellationToken)
    {
        var job = await api.StartJobAsync(uploadId, "en", $"{Guid.CreateVersion7()}", cancellationToken);
        return job.Id;
    }

    /// <summary>Follows the job to its end, over broken connections.</summary>
    public async Task<Ax2.Local.Client.Job> EndAsync(
        Guid jobId, CancellationToken cancellationToken, Action<Ax2.Local.Client.Job>? observe = null)
    {
        var watcher = new JobWatcher(api, TimeProvider.System);
        Ax2.Local.Client.Job? last = null;
        await foreach (var job in watcher.WatchAsync(jobId, cancellationToken))
        {
            last = job;
            observe?.Invoke(job);
        }

        return last ?? throw new InvalidOperationException($"There was no event of the job {jobId}.");
    }

    public void Dispose() => api.Dispose();
}
