using System.Collections.Immutable;
using Orleans.Runtime;

namespace Ax2.Tests.Postgres;

/// <summary>A grain that does nothing but use the providers.</summary>
[Alias("ax2.tests.INotebookGrain")]
public interface INotebookGrain : IGrainWithStringKey
{
    [Alias("Read")]
    Task<string?> Read();

    [Alias("Write")]
    Task Write(string text);

    [Alias("Clear")]
    Task Clear();

    /// <summary>The names of the grain's reminders after the change.</summary>
    [Alias("Remind")]
    Task<ImmutableArray<string>> Remind(string name);

    [Alias("Forget")]
    Task<ImmutableArray<string>> Forget(string name);
}

[GenerateSerializer, Alias("ax2.tests.NotebookState")]
public sealed record NotebookState
{
    [Id(0)]
    public string? Text { get; init; }
}

/// <summary>A notebook for what nobody may read.</summary>
[Alias("ax2.tests.IDiaryGrain")]
public interface IDiaryGrain : IGrainWithStringKey
{
    [Alias("Read")]
    Task<string?> Read();

    [Alias("Write")]
    Task Write(string text);
}

[Confidential]
public sealed record DiaryState
{
    public string? Text { get; init; }
}

public sealed class DiaryGrain([PersistentState("tests-diary")] IPersistentState<DiaryState> state) : Grain, IDiaryGrain
{
    public Task<string?> Read() => Task.FromResult(state.State.Text);

    public Task Write(string text)
    {
        state.State = new DiaryState { Text = text };
        return state.WriteStateAsync();
    }
}

public sealed class NotebookGrain([PersistentState("tests-notebook")] IPersistentState<NotebookState> state)
    : Grain, INotebookGrain, IRemindable
{
    public Task<string?> Read() => Task.FromResult(state.RecordExists ? state.State.Text : null);

    public Task Write(string text)
    {
        state.State = new NotebookState { Text = text };
        return state.WriteStateAsync();
    }

    public Task Clear() => state.ClearStateAsync();

    public async Task<ImmutableArray<string>> Remind(string name)
    {
        await this.RegisterOrUpdateReminder(name, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        return await RemindersAsync();
    }

    public async Task<ImmutableArray<string>> Forget(string name)
    {
        await this.UnregisterReminder((await this.GetReminder(name))!);
        return await RemindersAsync();
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;

    private async Task<ImmutableArray<string>> RemindersAsync() =>
        [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName).Order(StringComparer.Ordinal)];
}
