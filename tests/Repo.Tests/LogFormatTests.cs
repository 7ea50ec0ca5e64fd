using Ax2.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Tests;

/// <summary>The services' own settings, and the console logger that their hosts make of them.</summary>
public sealed class LogFormatTests
{
    [Theory]
    [InlineData("Silo")]
    [InlineData("Api")]
    public void Line_OfAService_BeginsWithItsTimeInUtc(string service)
    {
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddConfiguration(Settings(service).GetSection("Logging")).AddConsole())
            .BuildServiceProvider();
        var name = services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName;
        var formatter = services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == name);
        using var line = new StringWriter();
        formatter.Write(
            new LogEntry<string>(LogLevel.Warning, "Ax2.Any", 7, "a text", null, (text, _) => text), null, line);

        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warn: Ax2\.Any\[7\]", line.ToString());
        var time = DateTimeOffset.Parse(
            line.ToString().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(TimeProvider.System.GetUtcNow() - time, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }

    private static IConfiguration Settings(string service) => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(Ax2Home.RepositoryRoot, service, "appsettings.json"))
        .Build();
}
