namespace Ax2.Users;

/// <summary>The rules of a plan's name. The plans and their weights: <c>Jobs:Queue:PlanWeights</c>.</summary>
public static class PlanName
{
    /// <summary>The plan of a new user.</summary>
    public const string Standard = "standard";
    private const int MaxLength = 40;

    /// <summary>1 to 40 lower-case letters, digits and '-'.</summary>
    public static bool IsValid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is >= 1 and <= MaxLength
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
    }
}
