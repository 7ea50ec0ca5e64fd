using System.Globalization;
using System.Reflection;
using Ax2.Credits;
using Ax2.Deletion;
using Ax2.Jobs;
using Ax2.TestKit;
using Ax2.Users;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Http;

[Collection(nameof(ApiHost))]
public sealed class RepeatedCallsTests(ApiHost host)
{
    private readonly FakeTimeProvider _time = new();
    private int _sent;

    [Fact]
    public async Task Read_AnswerIsLost_IsAnsweredByARepeat()
    {
        using var user = await TestUser.SignUp(host);
        var me = await user.Read(HttpMethod.Get, "/me");
        var workspace = me.GetProperty("workspaceId").GetGuid();
        host.Lost.Lose(nameof(ICreditAccountGrain.ListEntries), workspace, times: 1);

        var entries = await user.Read(HttpMethod.Get, "/credits/entries?limit=1");

        Assert.Empty(entries.GetProperty("entries").EnumerateArray());
        Assert.Equal(0, host.Lost.LeftOf(nameof(ICreditAccountGrain.ListEntries), workspace));
    }

    [Fact]
    public async Task CommandThatIsNotIdempotent_AnswerIsLost_Is503AndWasCarriedOutOnce()
    {
        using var user = await TestUser.SignUpVerified(host);
        host.Lost.Lose("Create", user.UserId, times: 1);

        using var answer = await user.Send(HttpMethod.Post, "/workspaces", new { name = "Once" });

        Assert.Equal((503, "service_unavailable"), await TestUser.Problem(answer));
        Assert.NotNull(answer.Headers.RetryAfter);
        var listed = await user.Read(HttpMethod.Get, "/workspaces");
        Assert.Single(
            listed.GetProperty("items").EnumerateArray(), item => item.GetProperty("name").GetString() == "Once");
    }

    [Fact]
    public async Task Idempotent_StaysLost_EndsInTheFaultWithinTheLimit()
    {
        var call = Call(nameof(ICaptionJobGrain.Get), () => throw new SiloUnavailableException("It is gone."));
        while (!call.IsCompleted)
        {
            _time.Advance(RepeatedCalls.Interval);
            await Task.Yield();
        }

        await Assert.ThrowsAsync<SiloUnavailableException>(() => call);
        Assert.InRange(_sent, 2, 8);
    }

    [Fact]
    public async Task Idempotent_LastTryIsNotAnswered_IsGivenUpAtTheLimit()
    {
        var sentAgain = new TaskCompletionSource();
        var call = Call(nameof(ICaptionJobGrain.Get), () =>
        {
            if (_sent == 1)
            {
                throw new SiloUnavailableException("It is gone.");
            }

            sentAgain.SetResult();
            return new TaskCompletionSource().Task;
        });

        _time.Advance(RepeatedCalls.Interval);
        await sentAgain.Task;
        while (!call.IsCompleted)
        {
            _time.Advance(RepeatedCalls.Interval);
            await Task.Yield();
        }

        await Assert.ThrowsAsync<TimeoutException>(() => call);
        Assert.Equal(2, _sent);
    }

    [Fact]
    public async Task Idempotent_GrainItselfFails_IsNotRepeated()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Call(nameof(ICaptionJobGrain.Get), () => throw new InvalidOperationException("A fault.")));

        Assert.Equal(1, _sent);
    }

    /// <summary>A repeat would end a session, a run or a count that began after the first one.</summary>
    [Theory]
    [InlineData(typeof(ICaptionJobGrain), nameof(ICaptionJobGrain.Retry))]
    [InlineData(typeof(ICaptionJobGrain), nameof(ICaptionJobGrain.Cancel))]
    [InlineData(typeof(IUserSessionsGrain), nameof(IUserSessionsGrain.EndAll))]
    [InlineData(typeof(IAccountDeletionGrain), nameof(IAccountDeletionGrain.Request))]
    public async Task NotIdempotent_IsLost_IsSentOnce(Type grain, string method)
    {
        await Assert.ThrowsAsync<TimeoutException>(
            () => Call(method, () => throw new TimeoutException("No answer."), grain));

        Assert.Equal(1, _sent);
    }

    [Fact]
    public async Task Idempotent_IsLostOften_IsOneLineThatNamesTheCause()
    {
        using var log = new LogLines();
        using var loggers = new LoggerFactory([log]);
        var call = Call(
            nameof(ICaptionJobGrain.Get), () => throw new SiloUnavailableException("It is gone."),
            log: loggers.CreateLogger<RepeatedCalls>());
        while (!call.IsCompleted)
        {
            _time.Advance(RepeatedCalls.Interval);
            await Task.Yield();
        }

        await Assert.ThrowsAsync<SiloUnavailableException>(() => call);
        var line = Assert.Single(log.Lines);
        Assert.Contains("SiloUnavailableException: It is gone.", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
    }

    /// <summary>Whoever asks the API is answered within 10 s, whatever became of a silo.</summary>
    [Fact]
    public void EveryCallOfAGrain_WithALimitOfItsOwn_HasSeconds()
    {
        var limits = typeof(ICaptionJobGrain).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Select(method => (Method: $"{method.DeclaringType?.Name}.{method.Name}", Limit: LimitOf(method)))
            .Where(call => call.Limit is not null).ToList();

        Assert.NotEmpty(limits);
        Assert.All(limits, call => Assert.True(call.Limit < TimeSpan.FromSeconds(8), $"{call}"));
    }

    private static TimeSpan? LimitOf(MethodInfo method) => method.GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType == typeof(ResponseTimeoutAttribute))
        .Select(attribute => (string)attribute.ConstructorArguments[0].Value!)
        .Select(limit => (TimeSpan?)TimeSpan.Parse(limit, CultureInfo.InvariantCulture)).SingleOrDefault();

    private Task Call(
        string method, Func<Task> send, Type? grain = null, ILogger<RepeatedCalls>? log = null) =>
        new RepeatedCalls(_time, log ?? NullLogger<RepeatedCalls>.Instance).Invoke(
            Scripted.As<IOutgoingGrainCallContext>((name, _) => name switch
            {
                "Invoke" => Send(send),
                "get_InterfaceMethod" => (grain ?? typeof(ICaptionJobGrain)).GetMethod(method),
                "get_InterfaceName" or "get_MethodName" => method,
                _ => null,
            }));

    private async Task Send(Func<Task> send)
    {
        _sent++;
        await send();
    }
}
