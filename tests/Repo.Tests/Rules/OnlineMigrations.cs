using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Ax2.Tests.Rules;

/// <summary>
/// What a script may do to tables that the version before writes to meanwhile: the rules of <c>sql/README.md</c>, read
/// off the text. A table that the script itself makes is nobody's yet.
/// </summary>
internal static partial class OnlineMigrations
{
    internal const string FillApart = "fill a table in a script that locks no other";

    private const string NoTransaction = "-- ax2: no transaction";
    private const string Contract = "name the first release without it: -- ax2: contract, unused since …";

    /// <summary>What no action of a statement may look like, and what to do instead.</summary>
    internal static readonly ImmutableArray<Rule> Rules =
    [
        new(Where.Any, @"CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)", "build the index CONCURRENTLY"),
        new(Where.Any, @"CREATE (UNIQUE )?INDEX CONCURRENTLY (?!IF NOT EXISTS \w+ ON \w+\.\w+)",
            "write IF NOT EXISTS name ON schema.table: the runner finds an invalid index by it"),
        new(Where.Any, "DROP INDEX (?!CONCURRENTLY)", "drop the index CONCURRENTLY"),
        new(Where.Any, "^REINDEX (?!.*CONCURRENTLY)", "reindex CONCURRENTLY"),
        new(Where.Any, "^REFRESH MATERIALIZED VIEW (?!CONCURRENTLY)", "refresh CONCURRENTLY"),
        new(Where.Any, "ADD CONSTRAINT (?!.*(NOT VALID|USING INDEX))", "add the constraint NOT VALID"),
        new(Where.Any, "ADD (CHECK|FOREIGN|UNIQUE|PRIMARY|EXCLUDE|NOT NULL)", "add a named constraint NOT VALID"),
        new(Where.Transaction, "VALIDATE CONSTRAINT", "validate in a script outside a transaction"),
        new(Where.Any, @"ALTER (COLUMN )?\w+ (SET DATA )?TYPE", "add a column of the new type instead"),
        new(Where.Any, @"ALTER (COLUMN )?\w+ SET NOT NULL", "add a CHECK (… IS NOT NULL) NOT VALID instead"),
        new(Where.Any, "ADD COLUMN (?!.*DEFAULT).*NOT NULL", "give the column a default: the version before omits it"),
        new(Where.Any, "ADD COLUMN .*(CHECK|REFERENCES|UNIQUE|PRIMARY KEY)", "add the column's constraint apart"),
        new(Where.Any, @"ADD COLUMN .*(GENERATED|SERIAL|(random|uuid\w*|clock_timestamp|nextval)\()",
            "fill the column in batches: this rewrites the table"),
        new(Where.Any, @"^ALTER TABLE [\w.]+ (ADD|DROP) (?!COLUMN|CONSTRAINT|CHECK|FOREIGN|UNIQUE|PRIMARY|EXCLUDE|NOT)",
            "write ADD COLUMN and DROP COLUMN in full"),
        new(Where.BeforeContract, "DROP (?!CONSTRAINT|NOT NULL)", Contract),
        new(Where.BeforeContract, "RENAME (TO|COLUMN|CONSTRAINT)|^TRUNCATE|SET SCHEMA", Contract),
        new(Where.Any, @"^(LOCK|CLUSTER)\b|VACUUM FULL|SET (TABLESPACE|LOGGED|UNLOGGED)", "it stops all writers"),
        new(Where.Any, "^(SET|RESET) ", "settings are the runner's"),
        new(Where.Transaction, "^(BEGIN|COMMIT|ROLLBACK|END)$|^START", "the transaction is the runner's"),
        new(Where.Transaction, "^(WITH .*(?<!DO ))?(UPDATE|DELETE) ",
            "change rows in batches, in a script outside a transaction"),
        new(Where.NoTransaction, "^CREATE (?!OR REPLACE)(?!.*IF NOT EXISTS)", "write IF NOT EXISTS: it may run again"),
        new(Where.NoTransaction, "(DROP (?!NOT NULL|DEFAULT)|ADD COLUMN )(?!.*IF (NOT )?EXISTS)",
            "write IF EXISTS or IF NOT EXISTS: it may run again"),
        new(Where.NoTransaction, "ADD CONSTRAINT", "add it in a script with a transaction: it cannot run again"),
        new(Where.NoTransaction, "^INSERT (?!.*ON CONFLICT)", "write ON CONFLICT: it may run again"),
    ];

    /// <summary>Scripts with lower numbers were applied before there were rules.</summary>
    internal static bool Binds(string name) =>
        int.Parse(Path.GetFileName(name)[..4], CultureInfo.InvariantCulture)
            >= (name.StartsWith("app/", StringComparison.Ordinal) ? 9 : 5);

    internal static IEnumerable<string> Check(string text)
    {
        var isTransactional = text.Split('\n')[0] != NoTransaction;
        var isContract = ContractMarker().IsMatch(text);
        ImmutableArray<string> actions = [.. Statements(text).SelectMany(Actions)];
        var made = actions.Select(a => Table(NewTable(), a)).Where(t => t.Length > 0 && isTransactional).ToHashSet();
        ImmutableArray<string> toOthers = [.. actions.Where(a => !made.Contains(Table(Target(), a)))];
        var findings =
            from action in toOthers
            from rule in Rules
            where rule.Where switch
            {
                Where.Transaction => isTransactional,
                Where.NoTransaction => !isTransactional,
                Where.BeforeContract => !isContract,
                _ => true,
            }
            where Has(action, rule.Pattern)
            select $"{action}: {rule.Instead}";
        return isTransactional && toOthers.Any(a => Has(a, "^(ALTER TABLE|CREATE (OR REPLACE )?TRIGGER)"))
            ? findings.Concat(actions.Where(a => Has(a, "^INSERT .*SELECT")).Select(a => $"{a}: {FillApart}"))
            : findings;
    }

    /// <summary>
    /// One line each, without comments and texts; what a DO block does is looked at, what a function would do is not.
    /// </summary>
    private static IEnumerable<string> Statements(string text) =>
        from statement in Text().Replace(Comment().Replace(text, ""), match => match.Result("${do}''")).Split(';')
        let line = Space().Replace(statement, " ").Trim()
        where line.Length > 0
        select line;

    /// <summary>Each of what one ALTER TABLE does, as if it stood alone.</summary>
    private static IEnumerable<string> Actions(string statement) =>
        AlterTable().Match(statement) is { Success: true } alter
            ? TopLevelComma().Split(statement[alter.Length..]).Select(action => alter.Value + action.Trim())
            : [statement];

    private static string Table(Regex statement, string action) => statement.Match(action).Groups["table"].Value;

    private static bool Has(string action, string pattern) =>
        Regex.IsMatch(action, $@"\b(?:{pattern})", RegexOptions.IgnoreCase);

    [GeneratedRegex(@"^-- ax2: contract, unused since \S", RegexOptions.Multiline)]
    private static partial Regex ContractMarker();

    [GeneratedRegex(@"--[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bDO (?<tag>\$\w*\$)(?<do>[\s\S]*?)\k<tag>|(?<tag>\$\w*\$)[\s\S]*?\k<tag>|'[^']*'")]
    private static partial Regex Text();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"^ALTER TABLE (IF EXISTS )?(ONLY )?[\w.]+ ", RegexOptions.IgnoreCase)]
    private static partial Regex AlterTable();

    [GeneratedRegex(@",(?![^()]*\))")]
    private static partial Regex TopLevelComma();

    [GeneratedRegex(@"^CREATE TABLE (?<table>[\w.]+)", RegexOptions.IgnoreCase)]
    private static partial Regex NewTable();

    [GeneratedRegex(
        @"^(ALTER TABLE|CREATE (UNIQUE )?INDEX \w+ ON|CREATE TRIGGER .* ON|UPDATE|DELETE FROM) (?<table>[\w.]+)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Target();

    internal enum Where
    {
        Any,
        Transaction,
        NoTransaction,
        BeforeContract,
    }

    internal sealed record Rule(Where Where, string Pattern, string Instead);
}
