using System.Reflection;

namespace Ax2.TestKit;

/// <summary>An interface of which a test answers every call.</summary>
public class Scripted : DispatchProxy
{
    private Func<string, object?[], object?> _answer = (_, _) => null;

    /// <param name="answer">Is given the method's name and its arguments.</param>
    public static T As<T>(Func<string, object?[], object?> answer)
        where T : class
    {
        var made = Create<T, Scripted>();
        ((Scripted)(object)made)._answer = answer;
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _answer(targetMethod!.Name, args ?? []);
}
