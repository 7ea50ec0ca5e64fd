using Ax2.Local;
using Xunit;

namespace Ax2.TestKit;

/// <summary>What <c>./ax2 setup</c> fetches, for tests: prepared when it can be, else the test is skipped.</summary>
public static class Prepared
{
    public static Task<string> PostgresAsync(CancellationToken cancellationToken) =>
        OrSkipAsync(PostgresComponent.EnsureAsync(Ax2Home.Path, null, TimeProvider.System, cancellationToken));

    public static Task<string> SpeechModelsAsync(CancellationToken cancellationToken) =>
        OrSkipAsync(SpeechModelsComponent.EnsureAsync(Ax2Home.Path, null, TimeProvider.System, cancellationToken));

    /// <summary>
    /// A machine without a network may skip; continuous integration may not, and nobody may skip a wrong hash.
    /// </summary>
    internal static async Task<T> OrSkipAsync<T>(Task<T> preparation)
    {
        try
        {
            return await preparation;
        }
        catch (SetupException missing)
            when (missing is not IntegrityException && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip("`./ax2 setup` prepares what this test needs; it failed: " + missing.Message);
            throw;
        }
    }
}
