using Microsoft.Extensions.Options;

namespace Ax2;

/// <summary>Rules that options keep, or the process does not start.</summary>
public static class OptionRules
{
    /// <summary>Names every rule that is broken, not only the first.</summary>
    public static ValidateOptionsResult Check(params ReadOnlySpan<(bool IsKept, string Rule)> rules)
    {
        var broken = new List<string>();
        foreach (var (isKept, rule) in rules)
        {
            if (!isKept)
            {
                broken.Add(rule);
            }
        }

        return broken.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(broken);
    }
}
