using System.Reflection;
using System.Text.Json;
using Xunit;

namespace Ax2.Credits;

/// <summary>Every field of every command counts, those that come later too: they are found by their type.</summary>
public sealed class OperationConflictTests
{
    private static readonly Guid Hold = Guid.Parse("11111111-1111-7111-8111-111111111111");
    private static readonly DateTimeOffset Later = LedgerDriver.Start.AddDays(1);

    private static readonly ICreditCommand[] Commands =
    [
        new GrantCredits("op", 10, "welcome", CreditCategory.Paid, 1, Later, Later.AddDays(1), "kim"),
        new ReserveCredits("op", Hold, 4, TimeSpan.FromHours(1)),
        new ExtendHold("op", Hold, TimeSpan.FromHours(1)),
        new SettleHold("op", Hold, 3),
        new ReleaseHold("op", Hold),
        new RefundCharge("op", Hold, 2, "poor captions", "kim"),
        new AdjustCredits("op", 5, "kim", "typo"),
        new FreezeAccount("op", true, "kim", "chargeback"),
        new CloseAccount("op", "kim", "left"),
    ];

    public static TheoryData<string, string> Fields { get; } = new(
        from command in Commands
        from field in FieldsOf(command)
        select (command.GetType().Name, field.Name));

    [Fact]
    public void EveryCommand_IsAmongThem() => Assert.Equal(
        typeof(ICreditCommand).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(ICreditCommand)))
            .Select(t => t.Name).Order(),
        Commands.Select(c => c.GetType().Name).Order());

    [Theory]
    [MemberData(nameof(Fields))]
    public void SameIdOtherValue_IsAConflictThatNamesTheField(string command, string field)
    {
        var ledger = new LedgerDriver();
        var first = Commands.Single(c => c.GetType().Name == command);
        ledger.Send(first);
        var before = ledger.State;

        var answer = ledger.Send(WithOther(first, field));

        Assert.Equal(CreditRefusals.OperationConflict, answer.Refusal?.Code);
        Assert.Contains(
            $"\"{JsonNamingPolicy.CamelCase.ConvertName(field)}\"", answer.Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(before.Sequence, ledger.State.Sequence);
        Assert.Equal(before.Balance, ledger.State.Balance);
    }

    [Fact]
    public void SameIdOtherCommand_IsAConflictThatSaysSo()
    {
        foreach (var (first, other) in Commands.Zip(Commands.Skip(1)))
        {
            var ledger = new LedgerDriver();
            ledger.Send(first);

            Assert.Contains("\"command\"", ledger.Send(other).Refusal!.Message, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<PropertyInfo> FieldsOf(ICreditCommand command) =>
        command.GetType().GetProperties().Where(p => p.CanWrite && p.Name != nameof(ICreditCommand.OperationId));

    private static ICreditCommand WithOther(ICreditCommand command, string field)
    {
        var constructor = command.GetType().GetConstructors().Single();
        return (ICreditCommand)constructor.Invoke([.. constructor.GetParameters().Select(parameter =>
        {
            var value = command.GetType().GetProperty(parameter.Name!)!.GetValue(command);
            return parameter.Name == field ? Other(value) : value;
        })]);
    }

    private static object Other(object? value) => value switch
    {
        long number => number + 1,
        int number => number + 1,
        bool flag => !flag,
        string text => text + "!",
        Guid => Guid.Parse("22222222-2222-7222-8222-222222222222"),
        CreditCategory => CreditCategory.Promotional,
        TimeSpan life => life * 2,
        DateTimeOffset time => time.AddHours(1),
        _ => throw new InvalidOperationException($"{value} has no other value here."),
    };
}
