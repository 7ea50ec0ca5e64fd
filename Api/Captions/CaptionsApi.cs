using System.Globalization;
using Ax2.Http;
using Ax2.Jobs;
using Ax2.Users;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Captions;

/// <summary>The finished captions as files, and the languages there are.</summary>
internal static class CaptionsApi
{
    /// <summary>Only with captions that are not complete yet: they are whole up to here, in ms.</summary>
    private const string DraftHeader = "Captions-Draft-Until-Ms";

    internal static void MapLanguages(this RouteGroupBuilder api) =>
        api.MapGet("/languages", Languages).WithTags("Captions").WithSummary("Spoken languages that a job may name");

    internal static void MapCaptions(this RouteGroupBuilder api) =>
        api.MapGet("/jobs/{id:guid}/captions/{language:maxlength(16)}.{format}", Get).WithTags("Captions")
            .WithSummary("The captions as srt, vtt, json or txt; while the job runs, the first minutes that are ready")
            .ProducesProblem(404);

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
        var file = await track.Render(caller.WorkspaceId, format);
        if (file is null)
        {
            var job = cluster.GetGrain<ICaptionJobGrain>(id);
            if (await job.RenderDraft(caller.WorkspaceId, language, format) is not { } draft)
            {
                return Problems.From(CaptionRefusals.CaptionsUnknown, "There are no such captions.");
            }

            file = draft.File;
            context.Response.Headers[DraftHeader] = draft.UntilMs.ToString(CultureInfo.InvariantCulture);
        }

        var name = $"{Path.GetFileNameWithoutExtension(file.Title)}.{language}.{file.Extension}";
        context.Response.Headers.ContentDisposition = DownloadName.Disposition(name, isAttachment: download == 1);
        return TypedResults.Bytes(file.Content, file.MediaType);
    }
}

internal sealed record LanguagesResponse(IReadOnlyList<LanguageResponse> Items);

/// <param name="Code">BCP 47.</param>
internal sealed record LanguageResponse(string Code);
