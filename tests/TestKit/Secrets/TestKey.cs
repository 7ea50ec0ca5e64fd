using System.Security.Cryptography;

namespace Ax2.TestKit.Secrets;

/// <summary>One random key for the silos that a test process starts; its file goes with the process.</summary>
public static class TestKey
{
    public const string Id = "test";
    public const string PathSetting = "Secrets:Keys:" + Id;
    public const string CurrentSetting = "Secrets:CurrentKey";

    public static string File { get; } = Create();

    private static string Create()
    {
        var path = Path.Combine(Path.GetTempPath(), $"ax2-test-key-{Guid.CreateVersion7():N}");
        System.IO.File.WriteAllText(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => System.IO.File.Delete(path);
        return path;
    }
}
