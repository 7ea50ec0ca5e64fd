using System.Security.Cryptography;
using Ax2.Media;
using Ax2.TestKit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ax2.Http;

/// <summary>
/// The whole API process as <c>Program</c> builds it, in production, without its connection to the silos: what has to
/// ask a grain answers with an error. Everything that it logs, of every level, is kept.
/// </summary>
public sealed class StandaloneApi : WebApplicationFactory<Program>
{
    private readonly string root = Directory.CreateTempSubdirectory("ax2-api-").FullName;
    private readonly byte[] signingKey = RandomNumberGenerator.GetBytes(32);
    private readonly LogLines log = new();

    public DiskObjectLayout Layout => new(Path.Combine(root, "store"));

    /// <summary>What was logged so far.</summary>
    public string Log => string.Join('\n', log.Lines.Concat(log.Scopes));

    public HttpClient Client(string origin = "https://captions.example") =>
        CreateClient(new() { BaseAddress = new Uri(origin), AllowAutoRedirect = false, HandleCookies = false });

    public string SignedRead(string key, string name) => new DiskReadLink(
        key, "video/mp4", name, DateTimeOffset.UnixEpoch.AddYears(200)).Sign(signingKey);

    public void Store(string key)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Layout.ObjectFile(key))!);
        File.WriteAllText(Layout.ObjectFile(key), "0123456789");
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        var keyFile = Path.Combine(root, "signing.key");
        File.WriteAllText(keyFile, Convert.ToHexStringLower(signingKey));
        builder.UseEnvironment("Production");
        builder.UseSetting("ConnectionStrings:Postgres", "Host=127.0.0.1;Port=1;Username=nobody;Database=none");
        builder.UseSetting($"{DiskStoreOptions.Section}:Folder", Path.Combine(root, "store"));
        builder.UseSetting($"{DiskStoreOptions.Section}:SigningKeyFile", keyFile);
        builder.UseSetting("Logging:LogLevel:Default", "Trace");
        builder.UseSetting("Logging:LogLevel:Microsoft.AspNetCore", "Trace");
        builder.ConfigureTestServices(services =>
        {
            foreach (var orleans in services.Where(IsOrleansStart).ToList()) services.Remove(orleans);
            services.AddLogging(logging => logging.ClearProviders().AddProvider(log));
        });
    }

    private static bool IsOrleansStart(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && !service.IsKeyedService
        && (service.ImplementationType ?? service.ImplementationFactory?.Method.DeclaringType)?.FullName
            ?.StartsWith("Orleans.", StringComparison.Ordinal) is true;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(root)) Directory.Delete(root, recursive: true);
    }
}
