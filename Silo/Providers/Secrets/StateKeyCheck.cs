using Npgsql;

namespace Ax2.Secrets;

/// <summary>
/// Finds a key file that holds another key than the one that stored state was encrypted under: that starts well, and
/// every confidential state fails in use. Each key leaves a small encrypted state of its own when it is first used,
/// the probe, and whoever starts with a key of that id must be able to open it.
/// </summary>
internal sealed class StateKeyCheck(NpgsqlDataSource database, SecretKeys keys, string serviceId)
{
    internal const string ProbeName = "state-key";

    /// <summary>Written since before there were probes, and without it nobody can sign in.</summary>
    private const string SigningKeysName = "signing-keys";
    private const string SigningKeysKey = "0";

    /// <summary>Throws <see cref="RefusedStartException"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CheckAndLeaveProbeAsync(cancellationToken);
        }
        catch (NpgsqlException fault)
        {
            throw new RefusedStartException(
                $"{SecretKeyOptions.Section}:Keys cannot be checked against the stored state: {fault.Message}", fault);
        }
    }

    private async Task CheckAndLeaveProbeAsync(CancellationToken cancellationToken)
    {
        // Before a probe is written: the first start with probes may be the one with the wrong key.
        await CheckAsync(cancellationToken);
        await using var write = database.CreateCommand(
            """
            INSERT INTO orleans.storage (service_id, state_name, grain_id_n0, grain_id_n1, extension, version, payload)
            VALUES ($1, $2, 0, 0, $3, 1, $4) ON CONFLICT DO NOTHING
            """);
        var probe = StateEnvelope.Encrypt(keys, "{}"u8, ProbeName, keys.CurrentId);
        foreach (var value in (object[])[serviceId, ProbeName, keys.CurrentId, probe])
        {
            write.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        // Another silo that starts for the first time may have written its own, under another key of the same id.
        if (await write.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            await CheckAsync(cancellationToken);
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using var read = database.CreateCommand(
            """
            SELECT state_name, extension, payload FROM orleans.storage
            WHERE grain_id_n1 = 0 AND grain_id_n0 = 0 AND service_id = $1 AND payload IS NOT NULL
              AND (state_name = $2 AND extension = ANY ($3) OR state_name = $4 AND extension = '')
            """);
        read.Parameters.Add(new NpgsqlParameter<string> { TypedValue = serviceId });
        read.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ProbeName });
        read.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys.Ids] });
        read.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SigningKeysName });
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var (name, extension, payload) = (rows.GetString(0), rows.GetString(1), rows.GetFieldValue<byte[]>(2));
            Open(payload, name, name == ProbeName ? extension : SigningKeysKey);
        }
    }

    private void Open(byte[] payload, string name, string grainKey)
    {
        // A signing key from before there was encryption proves nothing.
        if (!StateEnvelope.IsEncrypted(payload))
        {
            return;
        }

        try
        {
            StateEnvelope.Decrypt(keys, payload, name, grainKey);
        }
        catch (DecryptionException wrong)
        {
            throw new RefusedStartException(
                $"{SecretKeyOptions.Section}:Keys cannot open the stored state '{name}' of '{grainKey}': "
                + wrong.Message + " Put back the key file that was there before, or its copy from the safe place.",
                wrong);
        }
    }
}
