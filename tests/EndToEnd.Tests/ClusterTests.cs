using System.Diagnostics;
using System.Text.Json;
using Ax2.Local;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests;

/// <summary>Two silo processes are one cluster, and a job outlives the silo that works on it.</summary>
public sealed class ClusterTests(Stack stack) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ax2-cluster-").FullName;

    [Fact]
    public async Task Jobs_OnTwoSilos_AllEndWithTheirCaptions()
    {
        using var user = await stack.SignUp();
        var video = await SampleVideo.Make(_folder);
        var upload = await user.ReadyUpload(video);

        var jobs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => user.StartJob(upload)));
        var over = await Task.WhenAll(jobs.Select(job => user.End(job.GetProperty("id").GetString()!)));

        Assert.All(over, job => Assert.Equal("done", job.GetProperty("stage").GetString()));
        var texts = await Task.WhenAll(over.Select(job => Captions(user, job)));
        Assert.Single(texts.Distinct());
        Assert.Equal(588, (await user.Read("/credits")).GetProperty("available").GetInt64());
    }

    [Fact]
    public async Task Start_SameIdempotencyKeyAtOnce_IsOneJob()
    {
        using var user = await stack.SignUp();
        var upload = await user.ReadyUpload(await SampleVideo.Make(_folder));
        user.Http.DefaultRequestHeaders.Add("Idempotency-Key", "the same click");

        var jobs = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => user.StartJob(upload)));
        await user.End(jobs[0].GetProperty("id").GetString()!);

        Assert.Single(jobs.Select(job => job.GetProperty("id").GetString()).Distinct());
        Assert.Equal(597, (await user.Read("/credits")).GetProperty("available").GetInt64());
        Assert.Single((await user.Read("/jobs")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Silo_KilledWhileItTranscribes_TheJobEndsAllTheSameAndIsChargedOnce()
    {
        using var user = await stack.SignUp();
        var upload = await user.ReadyUpload(await SampleVideo.Make(_folder, "long.mp4", times: 40));
        var job = await user.StartJob(upload);
        var id = job.GetProperty("id").GetString()!;
        await FirstProgress(user, id);

        using (var silo = WorkingSilo(id))
        {
            silo.Kill();
        }

        var over = await user.End(id);

        Assert.True(over.GetProperty("stage").GetString() == "done", over.ToString());
        var charged = over.GetProperty("credits").GetProperty("charged").GetInt64();
        var credits = await user.Read("/credits");
        Assert.Equal(600 - charged, credits.GetProperty("available").GetInt64());
        Assert.Equal(0, credits.GetProperty("held").GetInt64());
    }

    /// <summary>A silo that was given up may have told progress under a higher number before it knew.</summary>
    [Fact]
    public async Task Events_AskedFromBeyondTheEnd_TellTheEnd()
    {
        using var user = await stack.SignUp();
        var job = await user.StartJob(await user.ReadyUpload(await SampleVideo.Make(_folder, "short.mp4")));
        var id = job.GetProperty("id").GetString()!;
        await user.End(id);

        var told = new List<string?>();
        await foreach (var (_, now) in user.Events(id, long.MaxValue, TestContext.Current.CancellationToken))
        {
            told.Add(now.GetProperty("stage").GetString());
        }

        Assert.Equal(["done"], told);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task FirstProgress(ApiSession user, string id)
    {
        await foreach (var (_, job) in user.Events(id, -1, TestContext.Current.CancellationToken))
        {
            if (job.GetProperty("progress").GetProperty("processedMs").GetInt64() > 0)
            {
                return;
            }
        }
    }

    private static async Task<string> Captions(ApiSession user, JsonElement job)
    {
        using var file = await user.Get($"/jobs/{job.GetProperty("id").GetString()}/captions/en.srt");
        return await file.Content.ReadAsStringAsync();
    }

    /// <summary>The silo whose log says that it transcribes the job.</summary>
    private Process WorkingSilo(string jobId)
    {
        var layout = new LocalLayout(Ax2Home.RepositoryRoot, stack.Home, stack.FirstPort);
        var record = StackRecord.Read(layout) ?? throw new InvalidOperationException("No stack is recorded.");
        var silo = record.Services.Single(service =>
            service.Name.StartsWith("silo", StringComparison.OrdinalIgnoreCase)
            && ReadShared(service.Log).Contains($"Job {jobId} is Transcribing", StringComparison.Ordinal));
        return Process.GetProcessById(silo.Process!.Pid);
    }

    private static string ReadShared(string path)
    {
        using var log = new StreamReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return log.ReadToEnd();
    }
}
