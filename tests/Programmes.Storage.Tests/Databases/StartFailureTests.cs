using System.Net.Sockets;
using Npgsql;
using Programmes.Storage.Databases;

namespace Programmes.Storage.Tests.Databases;

/// <summary>For which failures a node that starts waits, and for which it ends with words.</summary>
public sealed class StartFailureTests
{
    [Theory]
    [InlineData(PostgresErrorCodes.CannotConnectNow)]
    [InlineData(PostgresErrorCodes.AdminShutdown)]
    [InlineData(PostgresErrorCodes.TooManyConnections)]
    [InlineData(PostgresErrorCodes.DiskFull)]
    [InlineData(PostgresErrorCodes.ConnectionFailure)]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction)]
    public void PostgresAway_IsWaitedFor(string state) => StartFailure.IsAway(DatabaseKind.PostgreSql, Wrapped(Said(state))).ShouldBeTrue();

    [Fact]
    public void NobodyAnswers_IsWaitedFor()
    {
        StartFailure.IsAway(DatabaseKind.PostgreSql, new NpgsqlException("", new SocketException((int)SocketError.ConnectionRefused))).ShouldBeTrue();
        StartFailure.IsAway(DatabaseKind.PostgreSql, new NpgsqlException("", new SocketException((int)SocketError.HostNotFound))).ShouldBeTrue();
        StartFailure.IsAway(DatabaseKind.PostgreSql, new NpgsqlException("", new TimeoutException())).ShouldBeTrue();
    }

    [Theory]
    [InlineData(PostgresErrorCodes.InvalidPassword, "密码")]
    [InlineData(PostgresErrorCodes.InvalidAuthorizationSpecification, "密码")]
    [InlineData(PostgresErrorCodes.InsufficientPrivilege, "CREATE DATABASE")]
    [InlineData(PostgresErrorCodes.InvalidCatalogName, "CREATE DATABASE")]
    [InlineData(PostgresErrorCodes.DuplicateTable, "拒绝了启动时的操作")]
    public void PostgresRefuses_IsToldAndNotWaitedFor(string state, string words)
    {
        var failure = Wrapped(Said(state));
        StartFailure.IsAway(DatabaseKind.PostgreSql, failure).ShouldBeFalse();
        StartFailure.Refusal(DatabaseKind.PostgreSql, failure)!.Value.Zh.ShouldContain(words);
        StartFailure.Refusal(DatabaseKind.PostgreSql, failure)!.Value.En.ShouldContain("what the server said");
    }

    [Fact]
    public void Sqlite_IsNeverWaitedFor()
    {
        var failure = new Microsoft.Data.Sqlite.SqliteException("unable to open database file", SQLitePCL.raw.SQLITE_CANTOPEN);
        StartFailure.IsAway(DatabaseKind.Sqlite, failure).ShouldBeFalse();
        StartFailure.Refusal(DatabaseKind.Sqlite, failure)!.Value.En.ShouldContain("unable to open");
    }

    [Fact]
    public void AMistakeOfTheProgram_IsNoRefusal() => StartFailure.Refusal(DatabaseKind.PostgreSql, new InvalidOperationException("a mistake")).ShouldBeNull();

    private static PostgresException Said(string state) => new("what the server said", "FATAL", "FATAL", state);

    /// <summary>As EF Core does.</summary>
    private static InvalidOperationException Wrapped(Exception inner) => new("likely due to a transient failure", inner);
}
