using Ax2.Postgres;
using Microsoft.Extensions.Options;

namespace Ax2.Hosting;

/// <summary>What a silo checks before it joins the cluster.</summary>
internal static class SiloStart
{
    internal static bool IsRefusal(Exception failure) => failure is OptionsValidationException or MigrationException;

    /// <summary>
    /// Checks every option, the models' hashes among them. The host would too, but later, and with a stack trace in the
    /// log.
    /// </summary>
    internal static void CheckOptions(this IHost host) =>
        host.Services.GetRequiredService<IStartupValidator>().Validate();
}
