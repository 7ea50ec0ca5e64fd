namespace Ax2.Benchmarks.Answers;

/// <summary>
/// A temporary folder that PostgreSQL, which runs as another user under root, can reach its data in. It goes when it is
/// disposed, unless the environment has <c>AX2_KEEP_CLUSTERS</c>, to read the logs of a run.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    public WorkFolder(string prefix)
    {
        Path = Directory.CreateTempSubdirectory(prefix).FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, (UnixFileMode)Convert.ToInt32("755", 8));
        }
    }

    public string Path { get; }

    public void Dispose()
    {
        // Within a namespace it holds a mount; who made the namespace removes the folder around it.
        if (!OwnNamespace.IsInside && Environment.GetEnvironmentVariable("AX2_KEEP_CLUSTERS") is (null or ""))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
