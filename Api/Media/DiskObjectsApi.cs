using Ax2.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Ax2.Media;

/// <summary>
/// Takes and serves the bytes of the disk store, by signed link and by nothing else: no session, no cookie. With an
/// S3 store these addresses are not mapped, and the store answers its links itself.
/// </summary>
public static class DiskObjectsApi
{
    public static IServiceCollection AddDiskObjects(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<DiskStoreOptions>()
            .Bind(configuration.GetSection(DiskStoreOptions.Section))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<DiskStoreOptions>, Validator>();
        services.AddSingleton(p => new DiskObjects(
            p.GetRequiredService<IOptions<DiskStoreOptions>>().Value, p.GetRequiredService<TimeProvider>()));
        return services;
    }

    public static IEndpointConventionBuilder MapDiskObjects(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(DiskObjectLink.PathPrefix).ExcludeFromDescription();
        group.MapPut("{**key}", Put);
        group.MapMethods("{**key}", [HttpMethods.Get, HttpMethods.Head], Get);
        return group;
    }

    private static async Task<IResult> Put(string key, HttpContext context, DiskObjects objects)
    {
        var link = DiskLinkQuery.ReadPart(key, context.Request.Query);
        if (objects.Refuse(link, context.Request.Query) is { } refusal) return refusal;
        if (!ContentDigest.TryRead(context.Request.Headers, out var sha256))
            return DiskProblems.Of(StatusCodes.Status400BadRequest, "content_digest_invalid",
                "Content-Digest must hold sha-256=:base64: with the 32 bytes of the hash.");
        if (context.Request.ContentLength is { } length && length != link!.SizeBytes)
            return DiskProblems.WrongSize(length > link.SizeBytes, link.SizeBytes);
        // The writer counts the bytes itself, to the one that the link allows.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        var written = await objects.WritePartAsync(link!, context.Request.Body, sha256, context.RequestAborted);
        if (written.Refusal is not null) return written.Refusal;
        context.Response.Headers.ETag = $"\"{written.Sha256}\"";
        return Results.NoContent();
    }

    private static IResult Get(string key, HttpContext context, DiskObjects objects)
    {
        var link = DiskLinkQuery.ReadObject(key, context.Request.Query);
        if (objects.Refuse(link, context.Request.Query) is { } refusal) return refusal;
        if (objects.Find(link!) is not { } file)
            return DiskProblems.Of(StatusCodes.Status404NotFound, "object_unknown", "There is no such object.");
        SetHeaders(context.Response.Headers);
        var type = InertContentType.For(link!.ContentType);
        var name = link.DownloadName is "" ? null : DownloadName.Safe(link.DownloadName);
        var tag = DiskObjects.EntityTag(file);
        return objects.OpenEncrypted(link, file) is { } content
            ? Results.Stream(content, type, name, file.LastWriteTimeUtc, tag, enableRangeProcessing: true)
            : Results.File(file.FullName, type, name, file.LastWriteTimeUtc, tag, enableRangeProcessing: true);
    }

    /// <summary>Whatever was uploaded, it must not act as a page of this origin.</summary>
    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "private, max-age=3600";
    }

    private sealed class Validator : IValidateOptions<DiskStoreOptions>
    {
        public ValidateOptionsResult Validate(string? name, DiskStoreOptions options) =>
            options.FindFault() is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
    }
}
