using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace Ax2.Captions.Speech;

/// <summary>The body of a request.</summary>
internal static class TranscriptionForm
{
    public static MultipartFormDataContent Make(string model, string language, ReadOnlyMemory<byte> pcm)
    {
        var boundary = $"ax2-{Guid.CreateVersion7():N}";
        var form = new MultipartFormDataContent(boundary);
        // Small servers know the boundary only without the quotes that .NET gives it, and names only with them.
        form.Headers.Remove("Content-Type");
        form.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
        Add(form, "model", model);
        // Whisper's codes have no region.
        Add(form, "language", language.Split('-')[0].ToLowerInvariant());
        Add(form, "response_format", "verbose_json");
        Add(form, "timestamp_granularities[]", "word");
        Add(form, "timestamp_granularities[]", "segment");
        var file = new WavContent(pcm);
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        file.Headers.ContentDisposition = Named("file");
        file.Headers.ContentDisposition.FileName = "\"audio.wav\"";
        form.Add(file);
        return form;
    }

    private static void Add(MultipartFormDataContent form, string name, string value)
    {
        var field = new StringContent(value);
        field.Headers.ContentType = null;
        field.Headers.ContentDisposition = Named(name);
        form.Add(field);
    }

    private static ContentDispositionHeaderValue Named(string name) => new("form-data") { Name = $"\"{name}\"" };

    /// <summary>Samples behind a WAV header, sent from where they lie.</summary>
    private sealed class WavContent(ReadOnlyMemory<byte> pcm) : HttpContent
    {
        private const int HeaderBytes = 44;
        private const int FormatBytes = 16;
        private const int BlockBytes = 64 << 10;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(Header(), cancellationToken);
            for (var at = 0; at < pcm.Length; at += BlockBytes)
            {
                await stream.WriteAsync(pcm.Slice(at, Math.Min(BlockBytes, pcm.Length - at)), cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = HeaderBytes + pcm.Length;
            return true;
        }

        private byte[] Header()
        {
            var header = new byte[HeaderBytes];
            "RIFF"u8.CopyTo(header);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), HeaderBytes - 8 + pcm.Length);
            "WAVEfmt "u8.CopyTo(header.AsSpan(8));
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), FormatBytes);
            BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), 1); // PCM
            BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), 1); // mono
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), PcmFormat.SampleRateHz);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), PcmFormat.BytesPerMs * 1000);
            BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), PcmFormat.BytesPerSample);
            BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), 8 * PcmFormat.BytesPerSample);
            "data"u8.CopyTo(header.AsSpan(36));
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), pcm.Length);
            return header;
        }
    }
}
