using System.Globalization;
using System.Text;
using Npgsql;

namespace Ax2.Admin;

/// <summary><see cref="IAuditLog"/> in <c>ax2.audit</c>.</summary>
internal sealed class AuditLog(NpgsqlDataSource database) : IAuditLog
{
    private const string Append =
        """
        INSERT INTO ax2.audit (act_id, phase, at, actor, action, target, address, content)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)
        ON CONFLICT (act_id, phase) DO NOTHING
        """;

    private const string Select =
        "SELECT number, act_id, phase, at, actor, action, target, address, content::text FROM ax2.audit";

    public async Task AppendAsync(AuditRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        await using var command = database.CreateCommand(Append);
        Add(command, record.ActId);
        Add(command, record.Phase.ToString());
        Add(command, record.At.ToUniversalTime());
        Add(command, record.Actor);
        Add(command, record.Action);
        Add(command, record.Target);
        Add(command, record.Address);
        Add(command, record.Content);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        await using var command = database.CreateCommand();
        Write(command, query);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<AuditEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(Read(reader));
        }

        return entries;
    }

    /// <summary>Only the filters that are set, so that each has its index.</summary>
    private static void Write(NpgsqlCommand command, AuditQuery query)
    {
        var text = new StringBuilder(Select);
        Filter("number <", query.Before);
        Filter("at >=", query.From?.ToUniversalTime());
        Filter("at <", query.Until?.ToUniversalTime());
        FilterText("actor", query.Actor);
        FilterText("action", query.Action);
        FilterText("target", query.Target);
        text.Append(CultureInfo.InvariantCulture, $" ORDER BY number DESC LIMIT {query.Limit}");
        command.CommandText = text.ToString();

        void Filter<T>(string comparison, T? value)
            where T : struct
        {
            if (value is { } given)
            {
                Compare(comparison, given);
            }
        }

        void FilterText(string column, string? value)
        {
            if (value is not null)
            {
                Compare($"{column} =", value);
            }
        }

        void Compare<T>(string comparison, T value)
        {
            text.Append(command.Parameters.Count == 0 ? " WHERE " : " AND ");
            Add(command, value);
            text.Append(CultureInfo.InvariantCulture, $"{comparison} ${command.Parameters.Count}");
        }
    }

    private static AuditEntry Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetGuid(1), Enum.Parse<AuditPhase>(row.GetString(2)),
        row.GetFieldValue<DateTimeOffset>(3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7),
        row.GetString(8));

    private static void Add<T>(NpgsqlCommand command, T value) =>
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
}
