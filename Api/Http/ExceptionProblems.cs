using System.Text.Json;
using Ax2.Outages;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Runtime;

namespace Ax2.Http;

/// <summary>
/// What went wrong instead of being refused: bad requests of the framework, and outages, of the cluster or of a store.
/// An outage is 503 or 507 with <c>Retry-After</c>; its cause is logged and not answered.
/// </summary>
internal sealed partial class ExceptionProblems(TimeProvider time, ILogger<ExceptionProblems> logger)
    : IExceptionHandler
{
    private readonly OutageLines _lines = new(time);

    public async ValueTask<bool> TryHandleAsync(
        HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var problem = BadRequest(exception) ?? Outage(exception, context);
        if (problem is null)
        {
            return false;
        }

        await problem.ExecuteAsync(context);
        return true;
    }

    private static ProblemHttpResult? BadRequest(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            Problems.From(Problems.BodyTooLarge, "The request body is too large for this route."),
        BadHttpRequestException { InnerException: JsonException json } =>
            Problems.From(Problems.RequestMalformed, Describe(json)),
        BadHttpRequestException bad => Problems.From(Problems.RequestMalformed, bad.Message),
        _ => null,
    };

    private ProblemHttpResult? Outage(Exception exception, HttpContext context)
    {
        var code = exception switch
        {
            StorageFaultException storage => storage.Code,
            ServiceBusyException => ServiceBusyException.Code,
            TimeoutException or OrleansException => Problems.Unavailable,
            // Not by the client: what was asked stops.
            OperationCanceledException when !context.RequestAborted.IsCancellationRequested => Problems.Unavailable,
            _ => StorageFaults.CodeOf(exception),
        };
        if (code is null)
        {
            return null;
        }

        if (_lines.IsDue(code, out var unlogged))
        {
            LogOutage(code, StorageFaults.Describe(exception), unlogged);
        }

        context.Response.Headers.RetryAfter = "5";
        return code switch
        {
            // The same code says of a workspace, in another status, that it is full.
            StorageFaults.Full => Problems.From(
                new Refusal(code, "The store is full. Try again later."), StatusCodes.Status507InsufficientStorage),
            StorageFaults.Unavailable => Problems.From(
                code, "The database or the file store does not answer. Try again in a moment."),
            ServiceBusyException.Code => Problems.From(
                code, "Too many wait for the service. Try again in some seconds."),
            _ => Problems.From(
                Problems.Unavailable, "The service is busy or restarting. Try again in a moment."),
        };
    }

    /// <summary>Where the body is wrong, without the names of our types.</summary>
    private static string Describe(JsonException json) => string.IsNullOrEmpty(json.Path) || json.Path == "$"
        ? "The request body is not the JSON that this route takes: see /docs for its fields."
        : $"The request body is not the JSON that this route takes, at {json.Path}.";

    [LoggerMessage(
        5102, LogLevel.Error,
        "Requests are answered with {Code}: {Cause}. Such answers since the last such line: {Unlogged}.")]
    private partial void LogOutage(string code, string cause, int unlogged);
}
