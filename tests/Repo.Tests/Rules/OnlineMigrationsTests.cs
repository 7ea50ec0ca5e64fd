using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Rules;

public sealed class OnlineMigrationsTests
{
    private const string NoTransaction = "-- ax2: no transaction\n";

    private static readonly string Folder = Path.Combine(Ax2Home.RepositoryRoot, "sql");

    /// <summary>What must be found, and a script with it.</summary>
    public static TheoryData<string, string> Forbidden { get; } = new()
    {
        { "build the index CONCURRENTLY", "CREATE INDEX a_n ON ax2.a (n);" },
        { "build the index CONCURRENTLY", "create unique index a_n on ax2.a (n);" },
        { "finds an invalid index by it", NoTransaction + "CREATE INDEX CONCURRENTLY a_n ON ax2.a (n);" },
        { "finds an invalid index by it", NoTransaction + "CREATE INDEX CONCURRENTLY IF NOT EXISTS a_n ON a (n);" },
        { "drop the index CONCURRENTLY", "-- ax2: contract, unused since 1.2\nDROP INDEX ax2.a_n;" },
        { "reindex CONCURRENTLY", NoTransaction + "REINDEX INDEX ax2.a_n;" },
        { "refresh CONCURRENTLY", "REFRESH MATERIALIZED VIEW ax2.v;" },
        { "add the constraint NOT VALID", "ALTER TABLE ax2.a ADD CONSTRAINT c CHECK (n > 0);" },
        { "add the constraint NOT VALID", "ALTER TABLE ax2.a ADD CONSTRAINT c UNIQUE (n), ADD COLUMN m int;" },
        { "add a named constraint NOT VALID", "ALTER TABLE ax2.a ADD CHECK (n > 0) NOT VALID;" },
        { "validate in a script outside", "ALTER TABLE ax2.a VALIDATE CONSTRAINT c;" },
        { "add a column of the new type", "ALTER TABLE ax2.a ALTER COLUMN n TYPE bigint;" },
        { "add a column of the new type", "ALTER TABLE ax2.a ALTER n SET DATA TYPE bigint;" },
        { "add a CHECK (… IS NOT NULL)", "ALTER TABLE ax2.a ALTER COLUMN n SET NOT NULL;" },
        { "give the column a default", "ALTER TABLE ax2.a ADD COLUMN m int NOT NULL;" },
        { "give the column a default", "ALTER TABLE ax2.a ADD COLUMN m int NOT NULL, ADD COLUMN l int DEFAULT 0;" },
        { "add the column's constraint apart", "ALTER TABLE ax2.a ADD COLUMN m int DEFAULT 0 CHECK (m > 0);" },
        { "this rewrites the table", "ALTER TABLE ax2.a ADD COLUMN m uuid DEFAULT uuidv7();" },
        { "this rewrites the table", "ALTER TABLE ax2.a ADD COLUMN m int GENERATED ALWAYS AS (n + 1) STORED;" },
        { "write ADD COLUMN and DROP COLUMN in full", "ALTER TABLE ax2.a ADD m int;" },
        { "name the first release without it", "ALTER TABLE ax2.a DROP COLUMN n;" },
        { "name the first release without it", "DROP TABLE ax2.a;" },
        { "name the first release without it", "-- ax2: contract, unused since\nDROP TABLE ax2.a;" },
        { "name the first release without it", "ALTER TABLE ax2.a RENAME COLUMN n TO m;" },
        { "name the first release without it", "TRUNCATE ax2.a;" },
        { "it stops all writers", "LOCK TABLE ax2.a;" },
        { "settings are the runner's", NoTransaction + "SET lock_timeout = 0;" },
        { "the transaction is the runner's", "ALTER TABLE ax2.a ADD COLUMN m int; COMMIT;" },
        { "change rows in batches", "UPDATE ax2.a SET n = 0;" },
        { "change rows in batches", "DELETE FROM ax2.a WHERE n IS NULL;" },
        { "change rows in batches", "WITH n AS (SELECT 1) UPDATE ax2.a SET n = 0;" },
        { "write IF NOT EXISTS: it may run again", NoTransaction + "CREATE TABLE ax2.b (n int);" },
        { "write IF EXISTS or IF NOT EXISTS", NoTransaction + "ALTER TABLE ax2.a ADD COLUMN m int;" },
        { "write IF EXISTS or IF NOT EXISTS", NoTransaction + "ALTER TABLE ax2.a DROP CONSTRAINT c;" },
        { "it cannot run again", NoTransaction + "ALTER TABLE ax2.a ADD CONSTRAINT c CHECK (n > 0) NOT VALID;" },
        { "write ON CONFLICT", NoTransaction + "INSERT INTO ax2.a VALUES (1);" },
        {
            OnlineMigrations.FillApart,
            "CREATE TABLE ax2.b (n int); CREATE TRIGGER t AFTER INSERT ON ax2.a FOR EACH ROW EXECUTE FUNCTION f();"
                + "INSERT INTO ax2.b SELECT n FROM ax2.a;"
        },
    };

    [Fact]
    public void Scripts_SinceTheRules_LetTheVersionBeforeGoOn()
    {
        var scripts = new[] { "orleans", "app" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.sql"))
            .Select(path => (Name: Path.GetRelativePath(Folder, path).Replace('\\', '/'), path))
            .Where(script => OnlineMigrations.Binds(script.Name))
            .ToList();

        Assert.Contains("orleans/0005_cleared_rows.sql", scripts.Select(script => script.Name));
        Assert.Empty(scripts.SelectMany(script => OnlineMigrations.Check(File.ReadAllText(script.path))
            .Select(finding => $"{script.Name}: {finding}")));
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void Check_WhatStopsOrBreaksTheVersionBefore_IsFound(string finding, string script) =>
        Assert.Contains(OnlineMigrations.Check(script), found => found.Contains(finding, StringComparison.Ordinal));

    /// <summary>They were applied before there were rules.</summary>
    [Theory]
    [InlineData("app/0003_partial_jobs.sql", "validate in a script outside a transaction")]
    [InlineData("app/0003_partial_jobs.sql", "build the index CONCURRENTLY")]
    [InlineData("app/0006_entry_time.sql", "drop the index CONCURRENTLY")]
    public void Check_EarlierScript_IsFound(string name, string finding) => Assert.Contains(
        OnlineMigrations.Check(File.ReadAllText(Path.Combine(Folder, name))),
        found => found.EndsWith(finding, StringComparison.Ordinal));

    [Fact]
    public void Rules_All_HaveACaseThatTheyFind() => Assert.All(
        OnlineMigrations.Rules.Select(rule => rule.Instead),
        instead => Assert.Contains(
            Forbidden.SelectMany(row => OnlineMigrations.Check(row.Data.Item2)),
            found => found.EndsWith(instead, StringComparison.Ordinal)));

    [Theory]
    [InlineData("CREATE TABLE ax2.b (n int NOT NULL CHECK (n > 0)); CREATE INDEX b_n ON ax2.b (n);")]
    [InlineData("CREATE TABLE ax2.b (n int); INSERT INTO ax2.b SELECT n FROM ax2.a; UPDATE ax2.b SET n = 1;")]
    [InlineData("CREATE TABLE ax2.b (n int); ALTER TABLE ax2.b ADD CONSTRAINT c CHECK (n > 0);")]
    [InlineData("ALTER TABLE ax2.a ADD COLUMN batch uuid DEFAULT NULL;")]
    [InlineData("WITH n AS (SELECT 1) INSERT INTO ax2.a SELECT * FROM n ON CONFLICT (n) DO UPDATE SET n = 2;")]
    [InlineData("ALTER TABLE ax2.a ADD COLUMN m int, ADD COLUMN l numeric(8, 2) NOT NULL DEFAULT 0;")]
    [InlineData("ALTER TABLE ax2.a ADD CONSTRAINT c CHECK (n IN (1, 2)) NOT VALID;")]
    [InlineData("ALTER TABLE ax2.a DROP CONSTRAINT c; ALTER TABLE ax2.a ALTER COLUMN n DROP NOT NULL;")]
    [InlineData("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE ax2.a SET n = 1; DROP TABLE ax2.a $$;")]
    [InlineData("CREATE TRIGGER t BEFORE UPDATE OR TRUNCATE ON ax2.a FOR EACH STATEMENT EXECUTE FUNCTION f();")]
    [InlineData("INSERT INTO orleans.orleansquery VALUES ('k', 'DELETE FROM a; DROP TABLE a'); -- SET this; RENAME TO")]
    [InlineData("-- Why.\n-- ax2: contract, unused since 1.2\nALTER TABLE ax2.a DROP COLUMN n;")]
    [InlineData(NoTransaction + "ALTER TABLE ax2.a VALIDATE CONSTRAINT c;")]
    [InlineData(NoTransaction + "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_n ON ax2.a (n) WHERE n > 0;")]
    [InlineData(NoTransaction + "-- ax2: contract, unused since 1.2\nDROP INDEX CONCURRENTLY IF EXISTS ax2.a_n;")]
    [InlineData(NoTransaction + "DO $$ BEGIN LOOP DELETE FROM ax2.a WHERE n < 1; COMMIT; END LOOP; END $$;")]
    public void Check_WhatSuitsTheVersionBefore_IsFine(string script) => Assert.Empty(OnlineMigrations.Check(script));

    [Theory]
    [InlineData("app/0008_deletions.sql", false)]
    [InlineData("app/0009_due.sql", true)]
    [InlineData("orleans/0004_reminders.sql", false)]
    [InlineData("orleans/0005_cleared_rows.sql", true)]
    public void Binds_FromTheFirstScriptUnderTheRules(string name, bool expected) =>
        Assert.Equal(expected, OnlineMigrations.Binds(name));
}
