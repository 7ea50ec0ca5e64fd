using System.Net.Sockets;
using Ax2.Outages;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Outages;

public sealed class StorageFaultsTests
{
    private const int NoSpaceLeft = 28;

    [Theory]
    [InlineData("57P01", StorageFaults.Unavailable)] // admin_shutdown
    [InlineData("57P02", StorageFaults.Unavailable)] // crash_shutdown
    [InlineData("57P03", StorageFaults.Unavailable)] // cannot_connect_now
    [InlineData("08006", StorageFaults.Unavailable)] // connection_failure
    [InlineData("53300", StorageFaults.Unavailable)] // too_many_connections
    [InlineData("58030", StorageFaults.Unavailable)] // io_error
    [InlineData("25006", StorageFaults.Unavailable)] // read_only_sql_transaction
    [InlineData("57014", StorageFaults.Unavailable)] // query_canceled
    [InlineData("53100", StorageFaults.Full)] // disk_full
    [InlineData("23505", null)] // unique_violation
    [InlineData("42P01", null)] // undefined_table
    [InlineData("28P01", null)] // invalid_password
    [InlineData("XX000", null)] // internal_error
    public void CodeOf_AnswerOfTheServer_IsByItsSqlState(string state, string? code) =>
        Assert.Equal(code, StorageFaults.CodeOf(new PostgresException("no", "ERROR", "ERROR", state)));

    [Fact]
    public void CodeOf_ConnectionThatFailed_IsUnavailable()
    {
        var refused = new NpgsqlException("Failed to connect.", new SocketException());
        Assert.Equal(StorageFaults.Unavailable, StorageFaults.CodeOf(refused));
        var slow = new NpgsqlException("Slow.", new TimeoutException());
        Assert.Equal(StorageFaults.Unavailable, StorageFaults.CodeOf(slow));
        Assert.Equal(StorageFaults.Unavailable, StorageFaults.CodeOf(new SocketException()));
    }

    /// <summary>What the wire leaves of the server's answer: neither a state nor a cause.</summary>
    [Fact]
    public void CodeOf_AnswerWithoutItsState_IsNull()
    {
        Assert.Null(StorageFaults.CodeOf(new PostgresException("duplicate key", "ERROR", "ERROR", "")));
        Assert.Null(StorageFaults.CodeOf(new NpgsqlException("A command is already in progress.")));
    }

    [Fact]
    public void CodeOf_Disk_IsFullOrUnavailable()
    {
        var full = new IOException("No space left on device", NoSpaceLeft);
        Assert.Equal(StorageFaults.Full, StorageFaults.CodeOf(full));
        Assert.Equal(StorageFaults.Full, StorageFaults.CodeOf(new IOException("The store is full.", full)));
        Assert.Equal(StorageFaults.Unavailable, StorageFaults.CodeOf(new IOException("Read-only file system", 30)));
        Assert.Equal(StorageFaults.Unavailable, StorageFaults.CodeOf(new UnauthorizedAccessException()));
    }

    [Fact]
    public void CodeOf_WhatIsNoOutage_IsNull()
    {
        Assert.Null(StorageFaults.CodeOf(new InvalidOperationException()));
        Assert.Null(StorageFaults.CodeOf(new FileNotFoundException()));
        Assert.Null(StorageFaults.CodeOf(new EndOfStreamException()));
        Assert.Null(StorageFaults.CodeOf(new HttpRequestException("A provider is away.", new SocketException())));
    }

    [Fact]
    public void Reason_HoldsNoAddressAndNoName()
    {
        var refused = new NpgsqlException(
            "Failed to connect to 10.0.0.7:5432", new SocketException((int)SocketError.ConnectionRefused));
        var rejected = new PostgresException("no role \"ax2\"", "FATAL", "FATAL", "28000");

        Assert.Equal("ConnectionRefused", StorageFaults.Reason(refused));
        Assert.Equal("SQLSTATE 28000", StorageFaults.Reason(rejected));
        var slow = new NpgsqlException("db.internal is slow", new TimeoutException());
        Assert.Equal("TimeoutException", StorageFaults.Reason(slow));
    }

    [Fact]
    public void Describe_IsOneLineWithEveryCause() => Assert.Equal(
        "NpgsqlException: Failed to connect <- IOException: broken pipe",
        StorageFaults.Describe(new NpgsqlException("Failed\nto connect", new IOException("broken pipe"))));

    [Fact]
    public async Task Read_ConnectionDiedInThePool_IsTriedOnceMore()
    {
        var tries = 0;
        Assert.Equal(2, await StorageFaults.ReadAsync(() => ++tries == 1
            ? throw new PostgresException("ended", "FATAL", "FATAL", "57P01")
            : Task.FromResult(tries)));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Read_FaultThatStays_IsThrownAndATimeoutAtOnce(bool isTimeout, int expectedTries)
    {
        var tries = 0;
        await Assert.ThrowsAsync<NpgsqlException>(() => StorageFaults.ReadAsync<int>(() =>
        {
            tries++;
            throw new NpgsqlException("away", isTimeout ? new TimeoutException() : new IOException());
        }));
        Assert.Equal(expectedTries, tries);
    }
}
