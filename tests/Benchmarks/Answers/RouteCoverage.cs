using System.Text.Json;

namespace Ax2.Benchmarks.Answers;

/// <summary>Which routes the API says that it has, and which of them nobody calls. Pure.</summary>
internal static class RouteCoverage
{
    /// <summary>The routes that the OpenAPI document leaves out.</summary>
    public static readonly IReadOnlyList<string> Undescribed =
    [
        "GET /health/live", "GET /health/ready", "GET /openapi/v1.json", "GET /docs", "GET /", "GET /jobs/{id}",
        "GET /account", "GET /workspaces", "GET /verify", "GET /reset", "GET /email", "GET /dev/outbox",
        "GET /dev/outbox/mails", "PUT /objects/{key}", "GET /objects/{key}", "HEAD /objects/{key}",
    ];

    /// <summary>As <c>GET /api/v1/jobs</c>, in the document's order.</summary>
    public static IReadOnlyList<string> RoutesOf(JsonElement openApi) =>
    [
        .. from path in openApi.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           where operation.Value.ValueKind == JsonValueKind.Object
           select $"{operation.Name.ToUpperInvariant()} {path.Name}",
    ];

    /// <summary>One line for each route without a caller, and for each caller without a route.</summary>
    public static IReadOnlyList<string> Check(IEnumerable<string> routes, IEnumerable<string> callers)
    {
        var known = routes.Concat(Undescribed).ToHashSet(StringComparer.Ordinal);
        var called = callers.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. known.Except(called).Order(StringComparer.Ordinal).Select(route => $"nobody calls {route}"),
            .. called.Except(known).Order(StringComparer.Ordinal).Select(route => $"there is no route {route}"),
        ];
    }
}
