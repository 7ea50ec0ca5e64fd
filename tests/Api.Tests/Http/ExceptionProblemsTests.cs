using System.Net;
using System.Text.Json;
using Ax2.Outages;
using Ax2.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Xunit;

namespace Ax2.Http;

/// <summary>What a route that throws is answered with, and what the log says of it.</summary>
public sealed class ExceptionProblemsTests : IAsyncLifetime
{
    private const string Secret = "10.0.0.7";
    private readonly LogLines _log = new();
    private Exception _fault = new InvalidOperationException();
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddProvider(_log).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddProblems();
        _app = builder.Build();
        _app.UseProblems();
        _app.MapGet("/", IResult () => throw _fault);
        await _app.StartAsync(Cancel);
        _client = _app.GetTestClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        _log.Dispose();
    }

    public static TheoryData<Exception, int, string> Outages => new()
    {
        { new StorageFaultException(StorageFaults.Unavailable, Secret), 503, "storage_unavailable" },
        { new StorageFaultException(StorageFaults.Full, Secret), 507, "storage_full" },
        { new StorageFaultException("of_a_newer_silo", Secret), 503, "service_unavailable" },
        { new NpgsqlException($"Failed to connect to {Secret}", new IOException()), 503, "storage_unavailable" },
        { new PostgresException(Secret, "FATAL", "FATAL", "57P01"), 503, "storage_unavailable" },
        { new PostgresException(Secret, "FATAL", "FATAL", "53300"), 503, "storage_unavailable" },
        { new PostgresException(Secret, "ERROR", "ERROR", "53100"), 507, "storage_full" },
        { new IOException("No space left on device", 28), 507, "storage_full" },
        { new IOException("Read-only file system", 30), 503, "storage_unavailable" },
        { new UnauthorizedAccessException(Secret), 503, "storage_unavailable" },
        { new SiloUnavailableException(Secret), 503, "service_unavailable" },
        { new GatewayTooBusyException(), 503, "service_unavailable" },
        { new ConnectionFailedException(Secret), 503, "service_unavailable" },
        { new TimeoutException(Secret), 503, "service_unavailable" },
        { new OperationCanceledException(Secret), 503, "service_unavailable" },
    };

    [Theory]
    [MemberData(nameof(Outages), DisableDiscoveryEnumeration = true)]
    public async Task Route_MeetsAnOutage_AnswersItsCodeAndWhenToComeBack(Exception fault, int status, string code)
    {
        _fault = fault;
        using var answer = await _client.GetAsync("/", Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.Equal(code, JsonDocument.Parse(text).RootElement.GetProperty("code").GetString());
        Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(FileNotFoundException))]
    public async Task Route_HasABug_Is500AndIsLogged(Type type)
    {
        _fault = (Exception)Activator.CreateInstance(type)!;
        using var answer = await _client.GetAsync("/", Cancel);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains(type.Name, Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    /// <summary>A bug in the data of a silo, whose SQLSTATE the wire dropped: a repeat would never help.</summary>
    [Fact]
    public async Task Route_MeetsABugOfAnotherProcess_Is500()
    {
        _fault = new PostgresException("duplicate key", "ERROR", "ERROR", "");
        using var answer = await _client.GetAsync("/", Cancel);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("internal_error", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outage_FailsManyRequests_IsOneLineThatNamesTheCause()
    {
        _fault = new NpgsqlException("Failed to connect", new IOException("broken pipe"));
        for (var i = 0; i < 20; i++)
        {
            using var answer = await _client.GetAsync("/", Cancel);
        }

        var line = Assert.Single(_log.Lines);
        Assert.Contains("5102", line, StringComparison.Ordinal);
        Assert.Contains("broken pipe", line, StringComparison.Ordinal);
    }
}
