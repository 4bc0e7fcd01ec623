namespace Programmes.Core.Programmes;

/// <summary>What a file can belong to.</summary>
public enum EvidenceSubjectKind { WorkItem, LedgerEntry, Paper }

/// <summary>The work item, ledger entry or paper that a file belongs to.</summary>
public readonly record struct EvidenceSubject(EvidenceSubjectKind Kind, string Id)
{
    private static readonly (string Prefix, EvidenceSubjectKind Kind)[] Prefixes =
        [("work:", EvidenceSubjectKind.WorkItem), ("ledger:", EvidenceSubjectKind.LedgerEntry), ("paper:", EvidenceSubjectKind.Paper)];

    /// <summary>Reads <c>work:…</c>, <c>ledger:…</c> or <c>paper:…</c>; anything else is a work item's id.</summary>
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
