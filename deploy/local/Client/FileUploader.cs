using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Ax2.Local.Client;

/// <summary>Brings a file to the service in parts, several at a time, going on where an earlier try stopped.</summary>
internal sealed class FileUploader(ApiClient api)
{
    private const int PartsAtOnce = 4;
    /// <summary>How often fresh part addresses are asked for when signed ones have run out.</summary>
    private const int Rounds = 5;
    private static readonly TimeSpan CompletionPause = TimeSpan.FromSeconds(1);

    /// <param name="sentBytes">Told how much of the file is in, what was there before included.</param>
    /// <returns>The upload, checked and probed.</returns>
    public async Task<Upload> SendAsync(
        FileInfo file, UploadMemory memory, IProgress<long> sentBytes, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(file.FullName, options: FileOptions.Asynchronous);
        var upload = await ContinueAsync(memory, cancellationToken)
            ?? await StartAsync(file, memory, cancellationToken);
        if (upload.IsReady)
            return upload;
        var checksums = new ConcurrentDictionary<int, string>();
        if (!await HoldsTheFileAsync(handle, upload, checksums, cancellationToken))
        {
            await api.DeleteUploadAsync(upload.Id, cancellationToken);
            upload = await StartAsync(file, memory, cancellationToken);
            checksums.Clear();
        }
        await SendPartsAsync(handle, upload, checksums, sentBytes, cancellationToken);
        return await CompleteAsync(upload.Id, checksums, memory, cancellationToken);
    }

    private async Task<Upload?> ContinueAsync(UploadMemory memory, CancellationToken cancellationToken)
    {
        if (memory.Recall() is not { } id)
            return null;
        try
        {
            var upload = await api.GetUploadAsync(id, cancellationToken);
            return upload.IsOpen || upload.IsReady ? upload : null;
        }
        catch (ApiException gone) when (gone.Status is 404 or 410)
        {
            return null;
        }
    }

    private async Task<Upload> StartAsync(FileInfo file, UploadMemory memory, CancellationToken cancellationToken)
    {
        var upload = await api.StartUploadAsync(
            file.Name, file.Length, MediaTypes.Of(file.Extension), cancellationToken);
        memory.Remember(upload.Id);
        return upload;
    }

    /// <summary>False when a part that is in has other bytes: the file was changed, and its time set back.</summary>
    private static async Task<bool> HoldsTheFileAsync(
        SafeFileHandle file,
        Upload upload,
        ConcurrentDictionary<int, string> checksums,
        CancellationToken cancellationToken)
    {
        foreach (var part in upload.Parts.Where(part => part.Received))
        {
            var sha256 = await HashAsync(file, upload, part, cancellationToken);
            checksums[part.Number] = Convert.ToHexStringLower(sha256);
            if (part.Sha256 is { } theirs && theirs != checksums[part.Number])
                return false;
        }
        return true;
    }

    private async Task SendPartsAsync(
        SafeFileHandle file,
        Upload upload,
        ConcurrentDictionary<int, string> checksums,
        IProgress<long> sentBytes,
        CancellationToken cancellationToken)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = PartsAtOnce,
            CancellationToken = cancellationToken,
        };
        var sent = 0L;
        for (var round = 1; ; round++)
        {
            sent = upload.Parts.Where(part => part.Received).Sum(part => part.SizeBytes);
            sentBytes.Report(sent);
            try
            {
                await Parallel.ForEachAsync(upload.Parts.Where(part => !part.Received), options, SendAsync);
                return;
            }
            // The address ran out while other parts were sent.
            catch (ApiException expired) when (expired.Status is 403 or 410 && round < Rounds)
            {
                upload = await api.GetUploadAsync(upload.Id, cancellationToken);
            }
        }

        async ValueTask SendAsync(UploadPart part, CancellationToken token)
        {
            var sha256 = await HashAsync(file, upload, part, token);
            checksums[part.Number] = Convert.ToHexStringLower(sha256);
            await api.PutPartAsync(
                part.Url!, () => new FilePartContent(file, Offset(upload, part), part.SizeBytes), sha256, token);
            sentBytes.Report(Interlocked.Add(ref sent, part.SizeBytes));
        }
    }

    private async Task<Upload> CompleteAsync(
        Guid id, ConcurrentDictionary<int, string> checksums, UploadMemory memory, CancellationToken cancellationToken)
    {
        var parts = checksums.OrderBy(pair => pair.Key).Select(pair => new PartChecksum(pair.Key, pair.Value)).ToList();
        try
        {
            while (true)
            {
                var upload = await api.CompleteUploadAsync(id, parts, cancellationToken);
                if (!upload.IsOpen)
                    return upload;
                await Task.Delay(CompletionPause, api.Time, cancellationToken);
            }
        }
        catch (ApiException refused) when (refused.Status is >= 400 and < 500)
        {
            memory.Forget();
            throw;
        }
    }

    private static async Task<byte[]> HashAsync(
        SafeFileHandle file, Upload upload, UploadPart part, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await FilePartContent.ReadAsync(file, Offset(upload, part), part.SizeBytes, bytes =>
        {
            hash.AppendData(bytes.Span);
            return ValueTask.CompletedTask;
        }, cancellationToken);
        return hash.GetHashAndReset();
    }

    private static long Offset(Upload upload, UploadPart part) => (part.Number - 1) * upload.PartSizeBytes;
}
