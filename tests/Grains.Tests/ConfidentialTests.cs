using System.Reflection;
using Ax2.TestKit;
using Orleans;
using Orleans.Runtime;
using Xunit;

namespace Ax2;

public sealed class ConfidentialTests
{
    /// <summary>Name and type of everything that a grain stores.</summary>
    private static readonly IReadOnlyList<(string Name, Type Type)> States =
    [
        .. typeof(ConfidentialAttribute).Assembly.GetTypes()
            .SelectMany(type => type.GetConstructors()).SelectMany(made => made.GetParameters())
            .Select(parameter => (Name: StateName(parameter), parameter.ParameterType))
            .Where(state => state.Name is not null)
            .Select(state => (state.Name!, state.ParameterType.GenericTypeArguments[0])),
    ];

    /// <summary>
    /// Whoever adds a state decides: mark it, or name it here because it holds nothing but ids, hashes, times, amounts
    /// and what SECURITY.md says about names of files.
    /// </summary>
    [Fact]
    public void States_ThatAreNotMarked_AreOnlyThese() => Assert.Equal(
        [
            "caption-job", "credit-account", "known-devices", "upload", "upload-quota", "user-sessions",
            "user-workspaces", "work-queue",
        ],
        States.Where(state => !IsMarked(state.Type)).Select(state => state.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void States_ThatAreMarked_AreNamedInSecurityMd()
    {
        var documented = File.ReadAllText(Path.Combine(Ax2Home.RepositoryRoot, "SECURITY.md"));
        var marked = States.Where(state => IsMarked(state.Type)).Select(state => state.Name).ToList();
        Assert.Contains("signing-keys", marked);
        Assert.All(marked, name => Assert.Contains($"'{name}'", documented, StringComparison.Ordinal));
    }

    private static string? StateName(ParameterInfo parameter) =>
        parameter.GetCustomAttributes().OfType<IPersistentStateConfiguration>().SingleOrDefault()?.StateName;

    private static bool IsMarked(Type type) => type.IsDefined(typeof(ConfidentialAttribute), inherit: false);
}
