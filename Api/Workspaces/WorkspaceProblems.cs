using System.Text.Json;
using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Workspaces;

internal static class WorkspaceProblems
{
    /// <summary>A member may not do this; the role that may is named.</summary>
    internal static ProblemHttpResult RoleInsufficient(WorkspaceRole needed)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(needed.ToString());
        var problem = Problems.From(
            WorkspaceRefusals.RoleInsufficient, $"This needs the role {name} in the workspace.");
        problem.ProblemDetails.Extensions["neededRole"] = name;
        return problem;
    }
}
