using System.Text.Json;
using System.Text.Json.Serialization;
using Scalar.AspNetCore;

namespace Ax2.Http;

/// <summary>How JSON is read and written, and the OpenAPI document with its human page.</summary>
internal static class ApiDocument
{
    internal const string PagePath = "/docs";
    internal const string Name = "v1";

    internal static void AddApiJson(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json =>
        {
            var options = json.SerializerOptions;
            options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
            options.NumberHandling = JsonNumberHandling.Strict;
            // A field that is missing or null where it must not be is an error of the caller, not a surprise for us.
            options.RespectNullableAnnotations = true;
            options.RespectRequiredConstructorParameters = true;
        });

    internal static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, document =>
        document.AddDocumentTransformer((openApi, _, _) =>
        {
            openApi.Info.Title = "AX2 Caption API";
            openApi.Info.Version = Name;
            openApi.Info.Description =
                "Upload a video, start a job, watch it, and read its captions. Errors are problem details with a "
                + "stable `code`. Sign in with `POST /api/v1/sessions`; send the access token, or an API key, as "
                + "`Authorization: Bearer`.";
            return Task.CompletedTask;
        }));

    internal static void MapApiDocument(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference(PagePath, scalar =>
        {
            scalar.Title = "AX2 Caption API";
            scalar.DefaultFonts = false;
            scalar.WithNonce();
        });
    }
}
