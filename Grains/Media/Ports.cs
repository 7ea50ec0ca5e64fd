using System.Collections.Immutable;

namespace Ax2.Media;

/// <summary>Says what a file is. Never trusts its name or the type that the client gave.</summary>
public interface IMediaProbe
{
    /// <summary>
    /// Probes a local file. Refusals: <see cref="MediaRefusals.NotMedia"/>, <see cref="MediaRefusals.NoAudio"/>,
    /// <see cref="MediaRefusals.AudioEmpty"/>, <see cref="MediaRefusals.MediaTruncated"/>,
    /// <see cref="MediaRefusals.MediaUnreadable"/>. Answers within the adapter's time limit, whatever the file holds.
    /// </summary>
    Task<ProbeAnswer> ProbeAsync(string path, CancellationToken cancellationToken);
}

/// <summary>Exactly one of the two is set.</summary>
public sealed record ProbeAnswer(MediaInfo? Media, Refusal? Refusal);

/// <summary>
/// Decodes one audio stream of a file to the service's audio format (<see cref="Captions.Speech.PcmFormat"/>).
/// </summary>
public interface IAudioDecoder
{
    /// <summary>
    /// Starts decoding and answers a forward-only stream of samples; memory does not grow with the length.
    /// A read throws <see cref="MediaException"/> when the decoder fails or goes over a limit.
    /// The first sample is the first moment of the file, so that sound is in time with the picture: a late start and
    /// gaps are silence. Disposing it early ends the decoder and removes its temporary folder.
    /// </summary>
    Stream Open(string path, int audioStreamIndex, CancellationToken cancellationToken);
}

/// <summary>The file could not be decoded. <see cref="Code"/> is one of <see cref="MediaRefusals"/>.</summary>
public sealed class MediaException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}

/// <summary>
/// Where bytes are kept: a folder, or S3 and its like. Keys are made by the service (lower-case letters, digits,
/// <c>-</c>, <c>/</c> and <c>.</c>), never from user text. All effects are idempotent. A store that cannot be used now
/// throws a <see cref="StorageFaultException"/>. What cannot be stored for want of space has the code
/// <see cref="MediaRefusals.StorageFull"/> and leaves what was there before.
/// </summary>
public interface IObjectStore
{
    /// <summary>Begins an object that is sent in parts. Answers the store's id for it.</summary>
    Task<string> BeginMultipartAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// A URL that takes one PUT of exactly <paramref name="sizeBytes"/> bytes until it expires. A <c>Content-Digest:
    /// sha-256=:base64:</c> header, when sent, is checked before the part counts. Absolute, or relative to the API's
    /// origin.
    /// </summary>
    string SignPartUpload(string key, string multipartId, int partNumber, long sizeBytes, TimeSpan lifetime);

    /// <summary>The parts that are in, by number. Empty when the multipart upload is unknown or over.</summary>
    Task<ImmutableArray<StoredPart>> ListPartsAsync(
        string key, string multipartId, CancellationToken cancellationToken);

    /// <summary>
    /// Joins the parts in the given order into the object, all or nothing. A repeat after success does nothing.
    /// </summary>
    Task CompleteMultipartAsync(
        string key, string multipartId, ImmutableArray<StoredPart> parts, CancellationToken cancellationToken);

    /// <summary>Removes the parts of an upload that will not be completed.</summary>
    Task AbortMultipartAsync(string key, string multipartId, CancellationToken cancellationToken);

    /// <summary>A URL that may be read (ranges included) until it expires.</summary>
    /// <param name="downloadName">When set, the answer asks to be saved under this name.</param>
    string SignRead(string key, string contentType, string? downloadName, TimeSpan lifetime);

    /// <summary>
    /// Writes a whole object, replacing one of the same key. It is durable and complete, or not there.
    /// </summary>
    Task PutAsync(string key, Stream content, CancellationToken cancellationToken);

    /// <summary>Throws <see cref="ObjectNotFoundException"/> when there is none.</summary>
    Task<Stream> OpenReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// The object as a local file for tools that need one, until disposed: the object itself or a temporary copy.
    /// Throws <see cref="ObjectNotFoundException"/> when there is none.
    /// </summary>
    Task<LocalObject> OpenLocalAsync(string key, CancellationToken cancellationToken);

    /// <summary>Removes an object; one that is not there is fine.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);
}

/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record StoredPart(int Number, long SizeBytes, string Sha256);

/// <summary>A local file that must not be written to.</summary>
public sealed class LocalObject(string path, Func<ValueTask>? release = null) : IAsyncDisposable
{
    public string Path { get; } = path;

    public ValueTask DisposeAsync() => release?.Invoke() ?? ValueTask.CompletedTask;
}

public sealed class ObjectNotFoundException(string key) : Exception($"No object '{key}' in the store.")
{
    public string Key { get; } = key;
}
