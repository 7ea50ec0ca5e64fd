using Ax2.Http;
using Ax2.Users;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Captions;

/// <summary>The finished captions as files, and the languages there are.</summary>
internal static class CaptionsApi
{
    internal static void MapLanguages(this RouteGroupBuilder api) =>
        api.MapGet("/languages", Languages).WithTags("Captions").WithSummary("Spoken languages that a job may name");

    internal static void MapCaptions(this RouteGroupBuilder api) =>
        api.MapGet("/jobs/{id:guid}/captions/{language:maxlength(16)}.{format}", Get).WithTags("Captions")
            .WithSummary("The captions as srt, vtt, json or txt").ProducesProblem(404);

    private static async Task<Ok<LanguagesResponse>> Languages(IClusterClient cluster)
    {
        var codes = await cluster.GetGrain<ISpeechCatalogGrain>(0).GetLanguages();
        return TypedResults.Ok(new LanguagesResponse([.. codes.Select(code => new LanguageResponse(code))]));
    }

    /// <param name="download">1 asks the browser to save the file.</param>
    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Get(
        Guid id, string language, string format, Caller caller, HttpContext context, IClusterClient cluster,
        int download = 0)
    {
        if (!CaptionFormatIds.All.Contains(format))
        {
            return Problems.From(
                CaptionRefusals.FormatUnsupported, $"Known formats: {string.Join(", ", CaptionFormatIds.All)}.");
        }

        var track = cluster.GetGrain<ICaptionTrackGrain>(id, language, null);
        if (await track.Render(caller.WorkspaceId, format) is not { } file)
        {
            return Problems.From(CaptionRefusals.CaptionsUnknown, "There are no such captions.");
        }

        var name = $"{Path.GetFileNameWithoutExtension(file.Title)}.{language}.{file.Extension}";
        context.Response.Headers.ContentDisposition = DownloadName.Disposition(name, isAttachment: download == 1);
        return TypedResults.Bytes(file.Content, file.MediaType);
    }
}

internal sealed record LanguagesResponse(IReadOnlyList<LanguageResponse> Items);

/// <param name="Code">BCP 47.</param>
internal sealed record LanguageResponse(string Code);
