using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Ax2.Benchmarks.Cluster;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.FrontDoor;

/// <summary>A finished job of the product, and who may see it.</summary>
/// <param name="Document">What the product answers for it.</param>
internal sealed record BenchJob(Guid Id, Guid WorkspaceId, string AccessToken, string Document)
{
    private const int TalkSeconds = 60;

    internal string Path => $"/api/v1/jobs/{Id}";

    public static async Task<BenchJob> RunAsync(LocalCluster cluster, CancellationToken cancellationToken)
    {
        var email = $"bench-{Guid.CreateVersion7():N}@ax2.localhost";
        using var user = await BenchUser.SignUpAsync(cluster.Origin, email, cancellationToken);
        var talk = System.IO.Path.Combine(cluster.Folder, "talk.wav");
        await SyntheticSpeech.WriteWavAsync(talk, SyntheticSpeech.Make(TalkSeconds, seed: 1), cancellationToken);
        var id = await user.StartJobAsync(await user.UploadAsync(talk, cancellationToken), cancellationToken);
        await user.EndAsync(id, cancellationToken);
        return await ReadAsync(cluster.Origin, email, id, cancellationToken);
    }

    private static async Task<BenchJob> ReadAsync(
        Uri origin, string email, Guid id, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = origin };
        using var signedIn = await http.PostAsJsonAsync(
            "/api/v1/sessions", new { email, BenchUser.Password }, cancellationToken);
        var session = await signedIn.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        var token = session.GetProperty("accessToken").GetString()!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var me = await http.GetFromJsonAsync<JsonElement>("/api/v1/me", cancellationToken);
        var document = await http.GetStringAsync($"/api/v1/jobs/{id}", cancellationToken);
        return new BenchJob(id, me.GetProperty("workspaceId").GetGuid(), token, document);
    }
}
