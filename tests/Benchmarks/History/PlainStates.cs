using Ax2.Benchmarks.Cluster;
using Npgsql;

namespace Ax2.Benchmarks.History;

/// <summary>
/// Puts the encrypted states of a database in clear, as the product still reads them: copies are made by their text.
/// </summary>
internal static class PlainStates
{
    public static async Task MakeAsync(
        NpgsqlDataSource database, StateReader states, CancellationToken cancellationToken)
    {
        foreach (var row in await ReadEncryptedAsync(database, cancellationToken))
        {
            await using var update = database.CreateCommand(
                """
                UPDATE orleans.storage SET payload = $1
                WHERE state_name = $2 AND grain_id_n0 = $3 AND grain_id_n1 = $4 AND extension IS NOT DISTINCT FROM $5
                """);
            update.Parameters.AddWithValue(states.Read(row.Payload, row.StateName, row.N0, row.N1, row.Extension));
            update.Parameters.AddWithValue(row.StateName);
            update.Parameters.AddWithValue(row.N0);
            update.Parameters.AddWithValue(row.N1);
            update.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = row.Extension });
            await update.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task<List<Row>> ReadEncryptedAsync(
        NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var query = database.CreateCommand(
            "SELECT state_name, grain_id_n0, grain_id_n1, extension, payload FROM orleans.storage "
            + "WHERE payload IS NOT NULL");
        await using var rows = await query.ExecuteReaderAsync(cancellationToken);
        var found = new List<Row>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var payload = rows.GetFieldValue<byte[]>(4);
            if (StateReader.IsEncrypted(payload))
            {
                var extension = await rows.IsDBNullAsync(3, cancellationToken) ? null : rows.GetString(3);
                found.Add(new Row(rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2), extension, payload));
            }
        }

        return found;
    }

    /// <summary>By the columns of the storage provider.</summary>
    private sealed record Row(string StateName, long N0, long N1, string? Extension, byte[] Payload);
}
