namespace Ax2.Users;

/// <summary>How a plan may be called. Which there are, and what they weigh: <c>Jobs:Queue:PlanWeights</c>.</summary>
public static class PlanName
{
    /// <summary>What a user has who was given no other.</summary>
    public const string Standard = "standard";
    private const int MaxLength = 40;

    /// <summary>1 to 40 lower-case letters, digits and '-'.</summary>
    public static bool IsSound(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is >= 1 and <= MaxLength
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
    }
}
