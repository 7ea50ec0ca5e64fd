using Ax2.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ax2.Workspaces;

/// <summary>The header that names a workspace, in the OpenAPI document.</summary>
internal static class WorkspaceDocument
{
    internal static void AddWorkspaceHeaderToDocument(this IServiceCollection services) =>
        services.Configure<OpenApiOptions>(ApiDocument.Name, document =>
            document.AddOperationTransformer((operation, context, _) =>
            {
                if (IsInNamedWorkspace(context.Description))
                {
                    operation.Parameters ??= [];
                    operation.Parameters.Add(new OpenApiParameter
                    {
                        Name = WorkspaceAccess.Header,
                        In = ParameterLocation.Header,
                        Description = "The workspace to act in. Left out: your own, or the API key's.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" },
                    });
                }

                return Task.CompletedTask;
            }));

    private static bool IsInNamedWorkspace(ApiDescription route) =>
        route.ActionDescriptor.EndpointMetadata.OfType<RouteAccess>().LastOrDefault() is { } access
        && RouteRules.IsAboutWorkspace(access.For(route.HttpMethod ?? HttpMethods.Get))
        && route.ParameterDescriptions.All(parameter => parameter.Name != WorkspaceAccess.RouteValue);
}
