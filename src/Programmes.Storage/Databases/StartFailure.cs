using System.Data.Common;
using System.Net.Sockets;
using Npgsql;
using Programmes.Core;
using Programmes.Storage.Instances;

namespace Programmes.Storage.Databases;

/// <summary>What a failure to reach and migrate the database means for a node that starts.</summary>
public static class StartFailure
{
    private const char AuthorizationClass = '8';

    /// <summary>
    /// Waiting mends it: a PostgreSQL that refuses connections, starts or stops still, takes nobody more, has no room or only reads as
    /// yet, a host that is not resolved or does not answer. A SQLite file belongs to this machine, where nothing comes back by itself.
    /// </summary>
    public static bool IsAway(DatabaseKind kind, Exception exception) => kind == DatabaseKind.PostgreSql
        && (InstanceStore.IsOutage(exception) || Chain(exception).Any(one => one is SocketException or TimeoutException or PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction }));

    /// <summary>Somebody has to change something: what, in words. Null: it is no failure of the database.</summary>
    public static Text? Refusal(DatabaseKind kind, Exception exception)
    {
        var failure = Chain(exception).OfType<DbException>().LastOrDefault();
        if (failure is null) return null;
        var said = failure is PostgresException postgres ? postgres.MessageText : failure.Message;
        return failure switch
        {
            PostgresException { SqlState: ['2', AuthorizationClass, ..] } => new(
                $"PostgreSQL 不接受设置 Programmes:Database 里的用户名或密码，或不允许从此处连接：{said}",
                $"PostgreSQL refuses the user or the password in the setting Programmes:Database, or connections from here: {said}"),
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidCatalogName } => new(
                $"数据库不存在，而此用户无权建立；或者此用户无权在其中建表。请由管理员建立数据库并指定此用户为所有者（CREATE DATABASE … OWNER …）：{said}",
                $"The database does not exist and this user may not create it, or the user may not make tables in it. An administrator has to create it with this user as its owner (CREATE DATABASE … OWNER …): {said}"),
            _ when kind == DatabaseKind.Sqlite => new($"SQLite 数据库文件不能使用：{said}", $"SQLite's file cannot be used: {said}"),
            _ => new($"PostgreSQL 拒绝了启动时的操作：{said}", $"PostgreSQL refused what a start needs: {said}"),
        };
    }

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (var one = exception; one is not null; one = one.InnerException) yield return one;
    }
}
