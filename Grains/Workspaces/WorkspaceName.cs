namespace Ax2.Workspaces;

internal static class WorkspaceName
{
    private const int MaxLength = 100;

    /// <summary>Trimmed, or null when it is no name.</summary>
    internal static string? Read(string name)
    {
        var text = name.Trim();
        return text.Length is > 0 and <= MaxLength && !text.Any(char.IsControl) ? text : null;
    }

    internal static Refusal Refusal() =>
        new(WorkspaceRefusals.NameInvalid, $"A name has 1 to {MaxLength} characters.");
}
