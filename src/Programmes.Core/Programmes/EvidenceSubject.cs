using System.Globalization;

namespace Programmes.Core.Programmes;

/// <summary>What a file can belong to.</summary>
public enum EvidenceSubjectKind { WorkItem, LedgerEntry, Paper, PaperReply, Objection }

/// <summary>The work item, ledger entry, paper, answer to a paper or objection that a file belongs to.</summary>
public readonly record struct EvidenceSubject(EvidenceSubjectKind Kind, string Id)
{
    private static readonly (string Prefix, EvidenceSubjectKind Kind)[] Prefixes =
        [("work:", EvidenceSubjectKind.WorkItem), ("ledger:", EvidenceSubjectKind.LedgerEntry), ("paper:", EvidenceSubjectKind.Paper), ("reply:", EvidenceSubjectKind.PaperReply), ("objection:", EvidenceSubjectKind.Objection)];

    /// <summary>What one recipient of a paper hands in with its answers: <c>12.3</c>, the paper's number and the recipient's place on it.</summary>
    public static EvidenceSubject OfReply(long paper, int ordinal) => new(EvidenceSubjectKind.PaperReply, string.Create(CultureInfo.InvariantCulture, $"{paper}.{ordinal}"));

    /// <summary>Null: the id of something else.</summary>
    public (long Paper, int Ordinal)? ToReply() =>
        Kind == EvidenceSubjectKind.PaperReply && Id?.Split('.') is [var paper, var place]
            && long.TryParse(paper, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? (number, ordinal) : null;

    /// <summary>Reads <c>work:…</c>, <c>ledger:…</c>, <c>paper:…</c>, <c>reply:…</c> or <c>objection:…</c>; anything else is a work item's id.</summary>
    public static EvidenceSubject Parse(string text)
    {
        foreach (var (prefix, kind) in Prefixes)
            if (text.StartsWith(prefix, StringComparison.Ordinal)) return new(kind, text[prefix.Length..]);
        return new(EvidenceSubjectKind.WorkItem, text);
    }

    public override string ToString()
    {
        var kind = Kind;
        return $"{Array.Find(Prefixes, known => known.Kind == kind).Prefix}{Id}";
    }
}
