using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ax2.Local;
using Ax2.Postgres;
using Ax2.TestKit;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>A PostgreSQL with a certificate of a made-up authority, for 127.0.0.1 only.</summary>
[NeedsProcesses]
public sealed class PostgresTlsTests(PostgresServer plainServer) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("ax2-tls-").FullName;
    private EmbeddedPostgres? server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string TrustedAuthority => Path.Combine(folder, "trusted.pem");

    private string StrangeAuthority => Path.Combine(folder, "strange.pem");

    public async ValueTask InitializeAsync()
    {
        // PostgreSQL runs as another user when the tests run as root, and must reach its data.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("755", 8));
        server = new EmbeddedPostgres(
            new EmbeddedPostgresOptions
            {
                Programs = await Prepared.PostgresAsync(Token),
                Folder = Path.Combine(folder, "postgres"),
                Durable = false,
                SharedBuffersMb = 16,
            },
            TimeProvider.System);
        await server.StartAsync(Token);
        using var authority = CreateAuthority("CN=trusted");
        using var stranger = CreateAuthority("CN=strange");
        await File.WriteAllTextAsync(TrustedAuthority, authority.ExportCertificatePem(), Token);
        await File.WriteAllTextAsync(StrangeAuthority, stranger.ExportCertificatePem(), Token);
        await TurnTlsOnAsync(server.ConnectionString, authority);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.StopAsync(CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task VerifyFull_TrustedAuthority_MigratesOverTls()
    {
        await using var source = Source(server!.ConnectionString, TrustedAuthority);

        await MigratedDatabase.MigratorOf(source).MigrateAsync(Token);

        await using var command = source.CreateCommand("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
        Assert.Equal(true, await command.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task VerifyFull_AnotherAuthority_IsRefused() =>
        await AssertRefusedAsync(Source(server!.ConnectionString, StrangeAuthority));

    [Fact]
    public async Task VerifyFull_CertificateOfAnotherHost_IsRefused() => await AssertRefusedAsync(Source(
        new NpgsqlConnectionStringBuilder(server!.ConnectionString) { Host = "localhost" }.ConnectionString,
        TrustedAuthority));

    [Fact]
    public async Task VerifyFull_ServerWithoutTls_IsNotTalkedToInClear() =>
        await AssertRefusedAsync(Source(await plainServer.CreateDatabaseAsync(Token), TrustedAuthority));

    private static NpgsqlDataSource Source(string connectionString, string authority) => NpgsqlDataSource.Create(
        PostgresOptions.ConnectionString($"{connectionString};SSL Mode=VerifyFull;Root Certificate={authority}"));

    private static async Task AssertRefusedAsync(NpgsqlDataSource source)
    {
        await using (source)
        {
            await Assert.ThrowsAsync<NpgsqlException>(async () => await source.OpenConnectionAsync(Token));
        }
    }

    private static X509Certificate2 CreateAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    /// <summary>The server writes its files itself, so that they belong to the user that it runs as.</summary>
    private static async Task TurnTlsOnAsync(string connectionString, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=postgres", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(authority, now.AddHours(-1), now.AddHours(23), [1, 2, 3, 4]);
        await using var source = NpgsqlDataSource.Create(connectionString);
        await WriteAsync(source, "server.crt", certificate.ExportCertificatePem());
        await WriteAsync(source, "server.key", key.ExportPkcs8PrivateKeyPem());
        await ExecuteAsync(source, "ALTER SYSTEM SET ssl = on");
        await ExecuteAsync(source, "SELECT pg_reload_conf()");
        // It takes its settings anew in its own time.
        for (var tries = 0; !await OffersTlsAsync(connectionString); tries++) Assert.InRange(tries, 0, 1000);
    }

    private static async Task<bool> OffersTlsAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false;SSL Mode=Disable");
        await using var command = source.CreateCommand("SHOW ssl");
        return (string?)await command.ExecuteScalarAsync(Token) == "on";
    }

    private static Task WriteAsync(NpgsqlDataSource source, string file, string text) => ExecuteAsync(
        source, $"COPY (SELECT unnest(string_to_array('{text}', E'\\n'))) TO PROGRAM 'umask 077; cat > {file}'");

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}
