using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>
/// Runs the texts of OrleansQuery the way the providers do: the table's unqualified name, parameters by name, one
/// command on its own connection, columns by name.
/// </summary>
internal sealed class ProviderQueries(NpgsqlDataSource source)
{
    public static async Task<ProviderQueries> OnAsync(MigratedDatabase database) => new(await database.SourceAsync());

    public async Task<List<Row>> RowsAsync(string key, params (string Name, object? Value)[] parameters)
    {
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(await TextAsync(connection, key), connection);
        AddTo(command, parameters);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<Row> rows = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(Row.From(reader));
        }

        Assert.False(await reader.NextResultAsync(TestContext.Current.CancellationToken), $"{key}: one result set");
        return rows;
    }

    /// <summary>For the keys whose answer is one row of one column that becomes a boolean.</summary>
    public async Task<bool> YesAsync(string key, params (string Name, object? Value)[] parameters)
    {
        var row = Assert.Single(await RowsAsync(key, parameters));
        return Convert.ToBoolean(Assert.Single(row.Values).Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task<string> PlanAsync(string key, params (string Name, object? Value)[] parameters)
    {
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("EXPLAIN " + await TextAsync(connection, key), connection);
        AddTo(command, parameters);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<string> lines = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }

    public async Task<object?> SqlAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> TextAsync(NpgsqlConnection connection, string key)
    {
        await using var command = new NpgsqlCommand("SELECT QueryText FROM OrleansQuery WHERE QueryKey = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        return Assert.IsType<string>(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A null is typed, as from the providers: text, but for the version of a grain's state.</summary>
    private static void AddTo(NpgsqlCommand command, (string Name, object? Value)[] parameters)
    {
        foreach (var (name, value) in parameters)
        {
            command.Parameters.Add(value switch
            {
                DateTime time => new NpgsqlParameter(name, System.Data.DbType.DateTime) { Value = time },
                null when name == "GrainStateVersion" => new(name, System.Data.DbType.Int32) { Value = DBNull.Value },
                null => new NpgsqlParameter(name, System.Data.DbType.String) { Value = DBNull.Value },
                _ => new NpgsqlParameter(name, value),
            });
        }
    }
}

/// <param name="Types">PostgreSQL's names of the columns' types.</param>
internal sealed record Row(Dictionary<string, object?> Values, Dictionary<string, string> Types)
{
    public object? this[string column] => Values[column];

    public static Row From(NpgsqlDataReader reader)
    {
        var columns = Enumerable.Range(0, reader.FieldCount);
        return new Row(
            columns.ToDictionary(reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i)),
            columns.ToDictionary(reader.GetName, reader.GetDataTypeName));
    }

    public void AssertTypes(params (string Column, string Type)[] expected) =>
        Assert.Equal(expected.Order(), Types.Select(pair => (pair.Key, pair.Value)).Order());
}
