using System.Security.Cryptography;

namespace Ax2.Secrets;

/// <summary>Key files for the time of a test.</summary>
internal sealed class KeyFolder : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ax2-keys-").FullName;

    /// <summary>
    /// Options with a key under each of the ids; the last is the current one. An id is always the same key.
    /// </summary>
    public SecretKeyOptions Options(params string[] ids)
    {
        var options = new SecretKeyOptions { CurrentKey = ids[^1] };
        foreach (var id in ids)
        {
            options.Keys[id] = Path.Combine(folder, id);
            if (!File.Exists(options.Keys[id])) Replace(id);
        }

        return options;
    }

    public SecretKeys Keys(params string[] ids) => new(Options(ids));

    /// <summary>Puts another key, or what else, under the id.</summary>
    public void Replace(string id, string? content = null) => File.WriteAllText(
        Path.Combine(folder, id), content ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n");

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
