using System.Text.Json;

namespace Ax2.Repo.Tests.Local;

/// <summary>Jobs as the API writes them, with a member that the client does not know.</summary>
internal static class JobJson
{
    public static string Of(string stage, double percent = 0, long number = 1) => JsonSerializer.Serialize(new
    {
        id = "018f0000-0000-7000-8000-000000000001",
        stage,
        eventNumber = number,
        progress = new { percent, processedMs = 0, mediaDurationMs = 60_000, estimatedRemainingMs = 65_000 },
        credits = new { quoted = 1, held = 1, charged = 0 },
        tracks = new[] { new { language = "en", cueCount = 4 } },
        error = (object?)null,
        unknown = "ignored",
    });
}
