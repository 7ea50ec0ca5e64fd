namespace Ax2.Local;

/// <summary>
/// Installs what the machine itself lacks. It says first what, with which command and how to do without; on a terminal
/// it asks, elsewhere it goes on.
/// </summary>
/// <param name="yes">Do not ask.</param>
internal sealed class SystemSetup(bool yes, TimeProvider time)
{
    private static bool IsCi => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>A person is at the terminal.</summary>
    private static bool IsInteractive => !IsCi && !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>
    /// True when something was installed. What is still missing then is a <see cref="SetupException"/> when it is
    /// required or this is continuous integration; else the tests that need it skip themselves.
    /// </summary>
    public async Task<bool> EnsureAsync(IEnumerable<SystemPackage> needed, CancellationToken cancellationToken)
    {
        var plan = new InstallPlan([.. needed.Where(package => !package.IsPresent())], PackageManager.Find());
        if (plan.Missing.Count == 0)
            return false;
        await Console.Error.WriteLineAsync(plan.Describe());
        var isInstalled = plan.Commands.Count > 0 && await InstallAsync(plan, cancellationToken);
        RequireAll(plan);
        return isInstalled;
    }

    private async Task<bool> InstallAsync(InstallPlan plan, CancellationToken cancellationToken)
    {
        if (IsInteractive && !yes && !Ask())
            return false;
        if (await plan.Manager!.PrefixAsync(IsInteractive, cancellationToken) is not { } prefix)
            return false;
        await Console.Error.WriteLineAsync($"ax2: installing with {plan.Manager.Program} …");
        await PackageManager.RunAsync([.. plan.Commands.Select(command => (string[])[.. prefix, .. command])],
            time, cancellationToken);
        return true;
    }

    private static bool Ask()
    {
        Console.Error.Write("ax2: install now? [Y/n] ");
        return Console.ReadLine()?.Trim().ToUpperInvariant() is "" or "Y" or "YES";
    }

    private static void RequireAll(InstallPlan plan)
    {
        var fatal = plan.Missing.Where(package => !package.IsPresent() && (package.IsRequired || IsCi)).ToList();
        if (fatal.Count > 0)
            throw new SetupException(new InstallPlan(fatal, plan.Manager) is { Commands.Count: > 0 } left
                ? $"still missing: {string.Join(", ", fatal.Select(package => package.Name))}. "
                    + $"Run as root: {left.ByHand}"
                : $"still missing: {string.Join(", ", fatal.Select(package => package.Name))}.");
    }
}
