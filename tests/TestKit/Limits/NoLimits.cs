using Ax2.Limits;

namespace Ax2.TestKit.Limits;

/// <summary>Settings for tests of something else, whose callers all come from one address.</summary>
public static class NoLimits
{
    private static readonly string[] Routes = ["Address", "User", "ApiKey"];
    private static readonly string[] Failures = ["Address", "Account", "Device"];

    public static IReadOnlyDictionary<string, string> Settings { get; } = Enum.GetNames<RateClass>()
        .SelectMany(name => (name == nameof(RateClass.SignInFailure) ? Failures : Routes)
            .Select(subject => $"{LimitOptions.Section}__{name}__{subject}__Permits"))
        .ToDictionary(name => name, _ => "0");
}
