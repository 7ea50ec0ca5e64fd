using System.Buffers.Binary;
using Ax2.Secrets;
using Npgsql;

namespace Ax2.Benchmarks.History;

/// <summary>
/// Puts the encrypted states of a database in clear, as the product still reads them: copies are made by their text.
/// </summary>
internal static class PlainStates
{
    private const string KeyId = "local";

    public static async Task MakeAsync(
        NpgsqlDataSource database, string keyFile, CancellationToken cancellationToken)
    {
        var keys = new SecretKeys(new SecretKeyOptions { Keys = { [KeyId] = keyFile } });
        foreach (var row in await ReadAsync(database, cancellationToken))
        {
            await using var update = database.CreateCommand(
                """
                UPDATE orleans.storage SET payload = $1
                WHERE state_name = $2 AND grain_id_n0 = $3 AND grain_id_n1 = $4 AND extension IS NOT DISTINCT FROM $5
                """);
            update.Parameters.AddWithValue(StateEnvelope.Open(keys, row.Payload, row.StateName, row.GrainKey));
            update.Parameters.AddWithValue(row.StateName);
            update.Parameters.AddWithValue(row.N0);
            update.Parameters.AddWithValue(row.N1);
            update.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = row.Extension });
            await update.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task<List<Row>> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var query = database.CreateCommand(
            "SELECT state_name, grain_id_n0, grain_id_n1, extension, payload FROM orleans.storage "
            + "WHERE payload IS NOT NULL");
        await using var rows = await query.ExecuteReaderAsync(cancellationToken);
        var found = new List<Row>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var extension = await rows.IsDBNullAsync(3, cancellationToken) ? null : rows.GetString(3);
            var row = new Row(
                rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2), extension, (byte[])rows.GetValue(4));
            if (StateEnvelope.IsAt(row.Payload))
            {
                found.Add(row);
            }
        }

        return found;
    }

    /// <summary>A grain's row, by the columns of the storage provider.</summary>
    private sealed record Row(string StateName, long N0, long N1, string? Extension, byte[] Payload)
    {
        /// <summary>As Orleans writes it: a text of its own, or a UUID with a text after it.</summary>
        public string GrainKey
        {
            get
            {
                if ((N0, N1) == (0, 0))
                {
                    return Extension!;
                }

                Span<byte> bytes = stackalloc byte[16];
                BinaryPrimitives.WriteInt64LittleEndian(bytes, N0);
                BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], N1);
                var id = $"{new Guid(bytes):N}";
                return string.IsNullOrEmpty(Extension) ? id : $"{id}+{Extension}";
            }
        }
    }
}
