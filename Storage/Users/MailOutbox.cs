using System.Collections.Immutable;
using System.Text.Json;

namespace Ax2.Users;

/// <summary>
/// Section <c>Mail:Outbox</c>. Where mails go on a stack that sends none: the silo writes them, the API shows them to
/// the developer at the same machine. Both are given the same folder.
/// </summary>
public sealed class MailOutboxOptions
{
    public const string Section = "Mail:Outbox";

    /// <summary>Absolute path of the folder. Empty: there is no outbox. Default empty.</summary>
    public string Folder { get; set; } = "";
}

/// <summary>A mail in the outbox.</summary>
public sealed record OutboxMail(
    string Id, string To, string Subject, string Text, string Language, DateTimeOffset SentAt);

/// <summary>Mails as files of one folder, one each, named by their ids: the same mail again is the same file.</summary>
public sealed class MailOutbox(string folder)
{
    private const string Ending = ".json";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Whole, or not at all.</summary>
    public async Task AddAsync(OutboxMail mail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mail);
        cancellationToken.ThrowIfCancellationRequested();
        CreateFolder();
        var file = Path.Combine(folder, Path.GetFileName(mail.Id) + Ending);
        var temporary = Path.Combine(folder, Path.GetRandomFileName());
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = OwnerOnly;
        }

        await using (var stream = new FileStream(temporary, create))
        {
            await JsonSerializer.SerializeAsync(stream, mail, cancellationToken: cancellationToken);
        }

        File.Move(temporary, file, overwrite: true);
    }

    /// <summary>The newest first.</summary>
    public ImmutableArray<OutboxMail> List(int limit) => !Directory.Exists(folder)
        ? []
        : [
            .. new DirectoryInfo(folder).EnumerateFiles("*" + Ending)
                .OrderByDescending(file => file.LastWriteTimeUtc)
                .Take(limit)
                .Select(file => JsonSerializer.Deserialize<OutboxMail>(File.ReadAllBytes(file.FullName))!)
                .OrderByDescending(mail => mail.SentAt),
        ];

    /// <summary>The mails hold links that open accounts.</summary>
    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }
}
