using System.Collections.Frozen;
using Microsoft.AspNetCore.Authorization;

namespace Ax2.Workspaces;

/// <summary>Whom a route is for. The roles are in <see cref="RouteRules"/>.</summary>
internal enum RouteClass
{
    /// <summary>Everybody.</summary>
    Open,

    /// <summary>Who is signed in, for what is the user's own; no workspace comes into it.</summary>
    Self,

    /// <summary>Every member of the workspace.</summary>
    Member,

    /// <summary>The workspace's videos, jobs and captions.</summary>
    Read,

    /// <summary>Changes to them, and what spends credits.</summary>
    Write,

    /// <summary>The workspace's balance.</summary>
    Credits,

    /// <summary>Its accounts.</summary>
    Billing,

    /// <summary>Its name and its members.</summary>
    Manage,

    /// <summary>Those who run the service.</summary>
    Admin,
}

/// <summary>The class of a group of routes, by method. Routes without one do not start.</summary>
/// <param name="Safe">For GET and HEAD.</param>
/// <param name="Unsafe">For the others.</param>
internal sealed record RouteAccess(RouteClass Safe, RouteClass Unsafe)
{
    internal RouteClass For(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? Safe : Unsafe;
}

/// <summary>The one table of what a role may do.</summary>
internal static class RouteRules
{
    /// <summary>
    /// The first role is the least of those that may: it is named to who may not. What is not listed has nothing to do
    /// with workspaces.
    /// </summary>
    private static readonly FrozenDictionary<RouteClass, WorkspaceRole[]> Roles =
        new Dictionary<RouteClass, WorkspaceRole[]>
        {
            [RouteClass.Member] =
                [WorkspaceRole.Viewer, WorkspaceRole.Editor, WorkspaceRole.Billing, WorkspaceRole.Owner],
            [RouteClass.Credits] =
                [WorkspaceRole.Viewer, WorkspaceRole.Editor, WorkspaceRole.Billing, WorkspaceRole.Owner],
            [RouteClass.Read] = [WorkspaceRole.Viewer, WorkspaceRole.Editor, WorkspaceRole.Owner],
            [RouteClass.Write] = [WorkspaceRole.Editor, WorkspaceRole.Owner],
            [RouteClass.Billing] = [WorkspaceRole.Billing, WorkspaceRole.Owner],
            [RouteClass.Manage] = [WorkspaceRole.Owner],
        }.ToFrozenDictionary();

    internal static bool IsAboutWorkspace(RouteClass routeClass) => Roles.ContainsKey(routeClass);

    internal static bool May(WorkspaceRole role, RouteClass routeClass) => Roles[routeClass].Contains(role);

    internal static WorkspaceRole LeastRole(RouteClass routeClass) => Roles[routeClass][0];

    internal static RouteGroupBuilder For(this RouteGroupBuilder routes, RouteClass routeClass) =>
        routes.For(routeClass, routeClass);

    internal static RouteGroupBuilder For(this RouteGroupBuilder routes, RouteClass safe, RouteClass @unsafe) =>
        routes.WithMetadata(new RouteAccess(safe, @unsafe));

    /// <summary>
    /// The start fails over a route of the API that says not whom it is for, and over one that is not for everybody and
    /// yet asks nobody to sign in.
    /// </summary>
    internal static void CheckRouteClasses(this IEndpointRouteBuilder app)
    {
        foreach (var route in app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
        {
            var path = route.RoutePattern.RawText ?? "";
            if (!path.TrimStart('/').StartsWith("api/", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (route.Metadata.GetMetadata<RouteAccess>() is not { } access)
            {
                throw new InvalidOperationException($"The route {path} has no class.");
            }

            var isOpen = access is { Safe: RouteClass.Open, Unsafe: RouteClass.Open };
            if (isOpen == (route.Metadata.GetMetadata<IAuthorizeData>() is not null))
            {
                throw new InvalidOperationException($"The route {path} is of the wrong class for who may sign in.");
            }
        }
    }
}
