using System.Security.Cryptography;
using System.Text;
using Programmes.Core;
using Programmes.Engine.People;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.WorkItems;

/// <param name="Stamp">Of what is stored now; whoever saves next names it.</param>
/// <param name="At">By the programme's clock.</param>
public sealed record SavedDraft(string Stamp, DateTimeOffset At, string By);

/// <summary>Somebody else saved meanwhile. Nothing was overwritten; both versions are there to be compared.</summary>
#pragma warning disable CA1032 // It is never thrown without words in both languages.
public sealed class DraftConflictException(Text words, string? stored, string stamp) : RefusedException(words)
#pragma warning restore CA1032
{
    /// <summary>What the other one saved, as JSON.</summary>
    public string? Stored { get; } = stored;

    /// <summary>With it, saving again overwrites knowingly.</summary>
    public string Stamp { get; } = stamp;
}

/// <summary>Tells drafts of one work item apart, so that two people who fill it in do not overwrite each other unseen.</summary>
public static class Drafts
{
    private const int StampLength = 16;

    public static string StampOf(string? formJson) => string.IsNullOrEmpty(formJson) ? "empty" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(formJson)))[..StampLength];

    /// <param name="stamp">Of the draft that the person began with; null: not asked.</param>
    /// <exception cref="DraftConflictException">Another draft is stored by now.</exception>
    internal static void Check(WorkItemRow item, string? stamp, string formJson)
    {
        if (stamp is null || stamp == StampOf(item.FormValues) || formJson == item.FormValues) return;
        var at = item.SavedAt is { } saved ? saved.ToOffset(TimeSpan.FromHours(8)) : (DateTimeOffset?)null;
        throw new DraftConflictException(
            new($"{item.SavedBy ?? "他人"}已于 {at:yyyy-MM-dd HH:mm} 保存了另一份草稿，您的内容没有覆盖它，仍在本页；请对照后再保存", $"{item.SavedBy ?? "Somebody else"} saved another draft on {at:yyyy-MM-dd HH:mm}. Yours did not overwrite it and is still on this page; compare both, then save again"),
            item.FormValues, StampOf(item.FormValues));
    }
}
