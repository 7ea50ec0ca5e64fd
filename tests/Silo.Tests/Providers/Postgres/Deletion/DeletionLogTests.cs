using System.Collections.Immutable;
using Ax2.TestKit;
using Ax2.Users;
using Ax2.Deletion;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class DeletionLogTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>
{
    private static readonly DateTimeOffset _asked = new(2030, 1, 1, 9, 0, 0, TimeSpan.FromHours(9));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Append_Repeated_IsOneProof_AndTheFirst()
    {
        var source = await database.SourceAsync();
        var log = new DeletionLog(source);
        var record = Record();

        await log.AppendAsync(record, Cancelled);
        await log.AppendAsync(record with { ErasedAt = record.ErasedAt.AddDays(1) }, Cancelled);

        await using var command = source.CreateCommand(
            "SELECT email_key, requested_at, erased_at, erased->>'jobs' FROM ax2.deletions WHERE user_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = record.UserId });
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        Assert.True(await reader.ReadAsync(Cancelled));
        Assert.Equal(
            (record.EmailKey, record.RequestedAt.UtcDateTime, record.ErasedAt.UtcDateTime, "3"),
            (reader.GetString(0), reader.GetDateTime(1), reader.GetDateTime(2), reader.GetString(3)));
        Assert.False(await reader.ReadAsync(Cancelled));
    }

    [Theory]
    [InlineData("UPDATE ax2.deletions SET email_key = ''")]
    [InlineData("DELETE FROM ax2.deletions")]
    [InlineData("TRUNCATE ax2.deletions")]
    public async Task Proofs_CannotBeChanged(string text)
    {
        var source = await database.SourceAsync();
        await new DeletionLog(source).AppendAsync(Record(), Cancelled);
        await using var command = source.CreateCommand(text);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancelled));

        Assert.Equal("deletions is append only", refusal.MessageText);
    }

    private static DeletionRecord Record() => new(
        Guid.CreateVersion7(), EmailAddress.GrainKey("kim@example.com"), _asked, _asked.AddDays(30), _asked.AddDays(31),
        ImmutableSortedDictionary<string, int>.Empty.Add("jobs", 3));
}
