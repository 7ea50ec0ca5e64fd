namespace Ax2.Tests.Providers.Speech.Remote;

/// <summary>A file for the time of a test.</summary>
internal sealed class KeyFile : IDisposable
{
    public KeyFile(string content) => File.WriteAllText(Path, content);

    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ax2-key-{Guid.CreateVersion7():N}");

    public void Dispose() => File.Delete(Path);
}
