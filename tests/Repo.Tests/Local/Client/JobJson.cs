namespace Ax2.Repo.Tests.Local;

/// <summary>Jobs as the API writes them.</summary>
internal static class JobJson
{
    public static string Of(string stage, double percent = 0, long number = 1) =>
        $$$"""
        {"id":"018f0000-0000-7000-8000-000000000001","stage":"{{{stage}}}","eventNumber":{{{number}}},"progress":
        """.ReplaceLineEndings("")
        + $$$"""
        {"percent":{{{percent}}},"processedMs":0,"mediaDurationMs":60000,"estimatedRemainingMs":65000},"credits":
        """.ReplaceLineEndings("")
        + """
        {"quoted":1,"held":1,"charged":0},"tracks":[{"language":"en","cueCount":4}],"error":null,"later":"ignored"}
        """.ReplaceLineEndings("");
}
