using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Programmes.Engine.People;
using Programmes.Storage.Copying;
using Programmes.Storage.Databases;

namespace Programmes.Engine.Safekeeping;

/// <summary>What a backup says of itself: <c>manifest.json</c>.</summary>
public sealed partial record BackupManifest
{
    /// <summary>Of the file, and of the way in which tables are hashed. A program reads its own format and older ones.</summary>
    public const int FormatNow = 1;

    /// <summary>Longest manifest that is read, in bytes.</summary>
    internal const int BytesMax = 16 * 1024 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public required int Format { get; init; }

    /// <summary>The product's version.</summary>
    public required string Product { get; init; }

    /// <summary>The migrations of the database, in order.</summary>
    public required IReadOnlyList<string> Schema { get; init; }
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The database that was backed up, without user and password.</summary>
    public required string From { get; init; }
    public required long DatabaseBytes { get; init; }

    /// <summary>Of the database's file, lower-case hexadecimal.</summary>
    public required string DatabaseSha256 { get; init; }
    public required IReadOnlyList<BackupTable> Tables { get; init; }
    public required EvidenceCount Evidence { get; init; }

    internal static string ProductNow => typeof(BackupManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";

    internal byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <exception cref="RefusedException">It is none, or of a newer program.</exception>
    internal static BackupManifest Read(byte[] json)
    {
        BackupManifest? manifest;
        try
        {
            using var parsed = JsonDocument.Parse(json);
            if (parsed.RootElement.TryGetProperty("format", out var format) && format.TryGetInt32(out var number) && number > FormatNow)
                throw new RefusedException(new($"此备份由更新版本的程序生成（格式 {number}）；请用该版本恢复", $"The backup was made by a newer program (format {number}); restore it with that one"));
            manifest = parsed.Deserialize<BackupManifest>(Options);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new RefusedException(new($"备份清单 {BackupFile.Manifest} 不可读：{e.Message}", $"The backup's {BackupFile.Manifest} cannot be read: {e.Message}"));
        }

        // They become part of a query.
        if (manifest is null || manifest.Tables.SelectMany(table => table.Columns.Select(column => column.Name).Concat(table.Key).Append(table.Name)).Any(name => !Name().IsMatch(name)))
            throw new RefusedException(new($"备份清单 {BackupFile.Manifest} 有误", $"The backup's {BackupFile.Manifest} is wrong"));
        return manifest;
    }

    [GeneratedRegex("^[a-z_]{1,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}

/// <param name="Sha256">Of all its rows in the order of its key, lower-case hexadecimal.</param>
public sealed record BackupTable(string Name, IReadOnlyList<BackupColumn> Columns, IReadOnlyList<string> Key, long Rows, string Sha256)
{
    internal static BackupTable Of(TableCopied table) => new(
        table.Table.Name, [.. table.Table.Columns.Select(column => new BackupColumn(column.Name, column.Type.ToString()))], table.Table.Key, table.Rows, table.Hash);

    internal CopiedTable Copied() => new(Name, [.. Columns.Select(column => new CopiedColumn(column.Name, Enum.Parse<SqlType>(column.Type)))], Key, null);
}

/// <param name="Type">Text, Long, Int or Bool.</param>
public sealed record BackupColumn(string Name, string Type);
