using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ax2.TestKit;
using Ax2.Tests.Jobs;
using Microsoft.AspNetCore.Mvc.Testing;
using Xunit;

namespace Ax2.Matrix;

/// <summary>The API host with a database behind its list of jobs: no route answers with a fault of its own.</summary>
public sealed class ServedApi(ApiHost host, PostgresServer server) : IAsyncLifetime
{
    private WebApplicationFactory<Program>? _api;

    public ApiHost Host { get; } = host;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>What the service says that it has: every route that is tried comes from here.</summary>
    internal ServedDocument Document { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var database = await server.CreateDatabaseAsync(
            AppScripts.Template, AppScripts.ApplyAsync, CancellationToken.None);
        _api = Host.WithWebHostBuilder(api => api.UseSetting("ConnectionStrings:Postgres", database));
        Http = _api.CreateClient(new WebApplicationFactoryClientOptions
        {
            BaseAddress = new Uri(ApiHost.Origin), HandleCookies = false, AllowAutoRedirect = false,
        });
        Document = new ServedDocument(
            JsonDocument.Parse(await Http.GetStringAsync("/openapi/v1.json")).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _api!.DisposeAsync();
    }

    /// <param name="token">Null for nobody.</param>
    /// <param name="workspace">Null for the caller's own.</param>
    internal async Task<HttpResponseMessage> Send(
        string method, string address, string? token, Guid? workspace = null, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (workspace is { } id)
        {
            request.Headers.Add("Ax2-Workspace", id.ToString());
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        }

        return await Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>The status, and the code of a problem.</summary>
    internal async Task<Answer> Ask(
        string method, string address, string? token, Guid? workspace = null, JsonNode? body = null)
    {
        using var answer = await Send(method, address, token, workspace, body);
        var isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
        var code = isProblem
            ? JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["code"]
            : null;
        return new Answer((int)answer.StatusCode, code?.GetValue<string>());
    }
}

internal sealed record Answer(int Status, string? Code)
{
    /// <summary>The caller was let in: what the handler says of a made-up request is another matter.</summary>
    internal bool IsLetIn => Status is not (401 or 403) and < 500 && Code != "workspace_unknown";
}
