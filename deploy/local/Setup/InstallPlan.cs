namespace Ax2.Local;

/// <summary>What would be installed on the machine, and what is said about it first.</summary>
/// <param name="Manager">Null when none that we know is here.</param>
internal sealed record InstallPlan(IReadOnlyList<SystemPackage> Missing, PackageManager? Manager)
{
    public IReadOnlyList<string> Packages { get; } =
        Manager is null ? [] : [.. Missing.SelectMany(missing => missing.PackagesOf(Manager)).Distinct()];

    public IReadOnlyList<string[]> Commands => Packages.Count > 0 ? Manager!.Install(Packages) : [];

    /// <summary>The commands as a person would type them.</summary>
    public string ByHand => string.Join(" && ", Commands.Select(command => string.Join(' ', command)));

    /// <summary>What is missing, what installs it, and how to do without.</summary>
    public string Describe() => string.Join('\n',
    [
        $"ax2: this machine lacks {string.Join(", ", Missing.Select(missing => missing.Name))}.",
        Commands.Count > 0
            ? $"  To install for the whole machine{(Manager!.NeedsRoot ? ", as root" : "")}: {ByHand}"
            : "  No package manager that is known here has it: install it yourself.",
        "  To do without that:",
        .. Missing.Select(missing => $"    {missing.Name}: {missing.Without}"),
    ]);
}
