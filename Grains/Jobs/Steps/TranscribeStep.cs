using System.Collections.Immutable;
using System.Text.Json;
using Ax2.Captions.Speech;
using Ax2.Media;

namespace Ax2.Jobs.Steps;

/// <summary>Decodes the audio, recognises the speech and keeps the words in the object store.</summary>
public sealed class TranscribeStep(IObjectStore store, IAudioDecoder decoder, SpeechEngines engines) : IJobStep
{
    /// <summary>
    /// Containers round durations and encoders pad: a file is cut off when more than this is missing.
    /// </summary>
    private const long TruncationToleranceMs = 2_000;

    public JobStage Stage => JobStage.Transcribing;

    public async Task<StepResult> RunAsync(
        JobContext job, IProgress<long> progress, CancellationToken cancellationToken)
    {
        // The stream and the engine have threads of their own; what is left must not take turns of the grain.
        return await Task.Run(() => TranscribeAsync(job, progress, cancellationToken), cancellationToken);
    }

    private async Task<StepResult> TranscribeAsync(
        JobContext job, IProgress<long> progress, CancellationToken cancellationToken)
    {
        try
        {
            var decoded = new LastReport(progress);
            var segments = await RecognizeAsync(job, decoded, cancellationToken);
            if (CheckLength(job.State, decoded.Ms) is { } refusal)
            {
                return StepResult.Failed(refusal);
            }

            using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new Transcript(segments)));
            await store.PutAsync(job.TranscriptKey, content, cancellationToken);
            return StepResult.Succeeded();
        }
        catch (ObjectNotFoundException)
        {
            return StepResult.Failed(new Refusal(MediaRefusals.UploadDeleted, "The file was deleted."));
        }
        catch (MediaException e)
        {
            return StepResult.Failed(new Refusal(e.Code, e.Message));
        }
    }

    private async Task<ImmutableArray<SpeechSegment>> RecognizeAsync(
        JobContext job, LastReport decoded, CancellationToken cancellationToken)
    {
        await using var media = await store.OpenLocalAsync(job.State.ObjectKey, cancellationToken);
        await using var pcm = decoder.Open(media.Path, job.State.AudioStreamIndex, cancellationToken);
        var request = new SpeechRequest($"{job.JobId}/transcribe", job.State.Command!.Language);
        var segments = ImmutableArray.CreateBuilder<SpeechSegment>();
        var recognizer = engines.Find(request.Language, null)
            ?? throw new SpeechException(SpeechFault.Permanent, $"No engine knows {request.Language}.");
        await foreach (var segment in recognizer.RecognizeAsync(pcm, request, decoded, cancellationToken))
        {
            segments.Add(segment);
        }

        return segments.DrainToImmutable();
    }

    private static Refusal? CheckLength(CaptionJobState state, long decodedMs)
    {
        if (decodedMs == 0)
        {
            return new Refusal(MediaRefusals.AudioEmpty, "The audio stream holds no sound.");
        }

        return decodedMs < state.AudioDurationMs - TruncationToleranceMs
            ? new Refusal(
                MediaRefusals.MediaTruncated,
                $"The file ends after {decodedMs / 1000} s of the {state.AudioDurationMs / 1000} s that it announces.",
                ImmutableDictionary<string, long>.Empty
                    .Add("decodedMs", decodedMs).Add("announcedMs", state.AudioDurationMs))
            : null;
    }

    private sealed class LastReport(IProgress<long> next) : IProgress<long>
    {
        private long _ms;

        public long Ms => Interlocked.Read(ref _ms);

        public void Report(long value)
        {
            Interlocked.Exchange(ref _ms, value);
            next.Report(value);
        }
    }
}

/// <summary>The recognised words as they are stored, in JSON.</summary>
public sealed record Transcript(ImmutableArray<SpeechSegment> Segments);
