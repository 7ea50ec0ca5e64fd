using System.Globalization;

namespace Ax2;

/// <summary>Why a process does not start, as one sentence for its operator, who can mend it.</summary>
public sealed class RefusedStartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>How a process ends whose start is refused.</summary>
public static class RefusedStart
{
    private const int ExitCode = 1;

    /// <summary>
    /// From here on a refusal that nothing catches is one line on the error stream and exit code 1. Anything else is a
    /// fault of the program and keeps its stack trace.
    /// </summary>
    /// <param name="isRefusal">What counts beside <see cref="RefusedStartException"/>.</param>
    public static void SayInOneLine(Func<Exception, bool> isRefusal)
    {
        ArgumentNullException.ThrowIfNull(isRefusal);
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
        {
            // Several options that are wrong come as one failure.
            IReadOnlyCollection<Exception> failures = unhandled.ExceptionObject is AggregateException several
                ? several.Flatten().InnerExceptions
                : [(Exception)unhandled.ExceptionObject];
            if (failures.All(failure => failure is RefusedStartException || isRefusal(failure)))
            {
                var reason = string.Join("; ", failures.Select(failure => failure.Message));
                Console.Error.WriteLine(Line(reason, TimeProvider.System.GetUtcNow()));
                Environment.Exit(ExitCode);
            }
        };
    }

    internal static string Line(string reason, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return $"{time} The start is refused. {reason.ReplaceLineEndings(" ")}";
    }
}
