using Xunit.v3;

namespace Ax2.TestKit;

/// <summary>
/// Tests that start processes or need what set-up fetches: PostgreSQL, ffmpeg, node, speech models, whole clusters.
/// <c>./ax2 test --fast</c> leaves them out; a test of the repository finds a class that lacks it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsProcessesAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("needs", "processes")];
}
