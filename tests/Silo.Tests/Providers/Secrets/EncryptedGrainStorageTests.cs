using System.Text;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;
using Xunit;

namespace Ax2.Secrets;

public sealed class EncryptedGrainStorageTests : IDisposable
{
    private static readonly GrainId Id = GrainId.Create("note", "a");

    private readonly KeyFolder folder = new();
    private readonly Rows rows = new();

    private EncryptedGrainStorage Storage(bool refusePlain = false, params string[] keys) => new(
        rows, Json(), folder.Keys(keys is [] ? ["one"] : keys),
        new EncryptedGrainStorageOptions { RefusePlainStates = refusePlain });

    [Fact]
    public async Task Write_MarkedState_StoresAnEnvelope()
    {
        await WriteAsync(Storage(), new SecretNote { Text = "private" });
        Assert.True(StateEnvelope.IsEncrypted(rows.Bytes));
        Assert.Equal("private", (await ReadAsync<SecretNote>(Storage())).State!.Text);
    }

    [Fact]
    public async Task Write_AfterARotation_MovesTheRowToTheNewKey()
    {
        await WriteAsync(Storage(keys: ["old"]), new SecretNote { Text = "kept" });
        var rotated = await ReadAsync<SecretNote>(Storage(keys: ["old", "new"]));
        Assert.Equal("kept", rotated.State!.Text);
        await Assert.ThrowsAsync<DecryptionException>(() => ReadAsync<SecretNote>(Storage(keys: ["new"])));

        await Storage(keys: ["old", "new"]).WriteStateAsync("note", Id, rotated);

        Assert.Equal("kept", (await ReadAsync<SecretNote>(Storage(keys: ["new"]))).State!.Text);
        await Assert.ThrowsAsync<DecryptionException>(() => ReadAsync<SecretNote>(Storage(keys: ["old"])));
    }

    [Fact]
    public async Task Write_UnmarkedState_StoresReadableJson()
    {
        await WriteAsync(Storage(), new OpenNote { Text = "public" });
        Assert.Contains("\"public\"", Encoding.UTF8.GetString(rows.Bytes!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_MarkTakenAway_StillOpensTheRow()
    {
        await WriteAsync(Storage(), new SecretNote { Text = "once private" });
        Assert.Equal("once private", (await ReadAsync<OpenNote>(Storage())).State!.Text);
    }

    [Fact]
    public async Task Read_PlainRowOfAMarkedState_IsReadUnlessRefused()
    {
        rows.Bytes = """{"Text":"old"}"""u8.ToArray();
        Assert.Equal("old", (await ReadAsync<SecretNote>(Storage())).State!.Text);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync<SecretNote>(Storage(refusePlain: true)));
        Assert.Equal("old", (await ReadAsync<OpenNote>(Storage(refusePlain: true))).State!.Text);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Read_NullEmptyOrNoRow_IsANewState(string? stored)
    {
        rows.Bytes = stored is null ? null : Encoding.UTF8.GetBytes(stored);
        var read = await ReadAsync<SecretNote>(Storage());
        Assert.Equal(new SecretNote(), read.State);
        Assert.Equal(stored is not null, read.RecordExists);
    }

    [Fact]
    public async Task Write_ThenWriteAgain_CarriesTheVersionAlong()
    {
        var state = await WriteAsync(Storage(), new SecretNote { Text = "1" });
        Assert.Equal("1", state.ETag);
        Assert.True(state.RecordExists);
        await Storage().WriteStateAsync("note", Id, state);
        Assert.Equal("2", state.ETag);
        await Storage().ClearStateAsync("note", Id, state);
        Assert.Equal("3", state.ETag);
        Assert.False(state.RecordExists);
        Assert.Null(state.State!.Text);
    }

    [Fact]
    public async Task Write_RefusedByTheRows_LeavesTheGrainItsVersion()
    {
        var state = await WriteAsync(Storage(), new SecretNote { Text = "1" });
        rows.Fault = new InconsistentStateException("another wrote");
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage().WriteStateAsync("note", Id, state));
        Assert.Equal("1", state.ETag);
    }

    [Fact]
    public async Task Read_RowOfAnotherStateOrGrain_Throws()
    {
        await WriteAsync(Storage(), new SecretNote { Text = "mine" });
        var state = new GrainState<SecretNote>();
        await Assert.ThrowsAsync<DecryptionException>(() => Storage().ReadStateAsync("user", Id, state));
        await Assert.ThrowsAsync<DecryptionException>(
            () => Storage().ReadStateAsync("note", GrainId.Create("note", "b"), state));
        Assert.Null(state.State?.Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_UnreadableRowThatMayBeRemoved_IsAnEmptyStateThatCanBeCleared(bool isKeyGone)
    {
        await WriteAsync(Storage(keys: ["old"]), new RemovableNote { Text = "lost" });
        rows.Bytes = isKeyGone ? rows.Bytes : "{ damaged"u8.ToArray();

        var read = await ReadAsync<RemovableNote>(Storage(keys: ["new"]));

        Assert.NotNull(read.State!.Fault);
        Assert.Null(read.State.Text);
        Assert.True(read.RecordExists);
        await Storage(keys: ["new"]).ClearStateAsync("note", Id, read);
        Assert.Null(rows.Bytes);
    }

    /// <summary>Rows outlive class names: the provider finds them by state and key only.</summary>
    [Fact]
    public async Task Read_GrainClassWasRenamed_OpensTheRow()
    {
        await WriteAsync(Storage(), new SecretNote { Text = "kept" });
        var state = new GrainState<SecretNote>();
        await Storage().ReadStateAsync("note", GrainId.Create("notebook", "a"), state);
        Assert.Equal("kept", state.State!.Text);
    }

    private static SystemTextJsonGrainStorageSerializer Json() => new(
        Options.Create(new SystemTextJsonGrainStorageSerializerOptions()));

    private static async Task<GrainState<T>> WriteAsync<T>(EncryptedGrainStorage storage, T note)
    {
        var state = new GrainState<T> { State = note };
        await storage.WriteStateAsync("note", Id, state);
        return state;
    }

    private static async Task<GrainState<T>> ReadAsync<T>(EncryptedGrainStorage storage)
    {
        var state = new GrainState<T>();
        await storage.ReadStateAsync("note", Id, state);
        return state;
    }

    public void Dispose() => folder.Dispose();

    [Confidential]
    private sealed record SecretNote
    {
        public string? Text { get; init; }
    }

    [Confidential]
    private sealed record RemovableNote : IUnreadableState<RemovableNote>
    {
        public string? Text { get; init; }

        [JsonIgnore]
        public Exception? Fault { get; init; }

        public RemovableNote Unreadable(Exception fault) => new() { Fault = fault };
    }

    private sealed record OpenNote
    {
        public string? Text { get; init; }
    }

    /// <summary>One row, as the provider keeps it.</summary>
    private sealed class Rows : IGrainStorage
    {
        private int version;

        public byte[]? Bytes { get; set; }

        public Exception? Fault { get; set; }

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            grainState.State = Bytes is null ? default! : new RowSerializer().Deserialize<T>(new BinaryData(Bytes));
            grainState.RecordExists = Bytes is not null;
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (Fault is not null) throw Fault;
            Bytes = new RowSerializer().Serialize(grainState.State).ToArray();
            return Stored(grainState, exists: true);
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Bytes = null;
            return Stored(grainState, exists: false);
        }

        private Task Stored<T>(IGrainState<T> grainState, bool exists)
        {
            grainState.ETag = $"{++version}";
            grainState.RecordExists = exists;
            return Task.CompletedTask;
        }
    }
}
