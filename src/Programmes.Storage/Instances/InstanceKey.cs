namespace Programmes.Storage.Instances;

/// <summary>Names one instance: by its id, or by something that it opened, which saves asking for the id first.</summary>
public readonly record struct InstanceKey
{
    private InstanceKey(string sql, string id) => (Sql, Id) = (sql, id);

    /// <summary>The instance's id, as an expression of the parameter <c>@id</c>.</summary>
    internal string Sql { get; }
    internal string Id { get; }

    public static InstanceKey Of(string instance) => new("@id", instance);
    public static InstanceKey OfWorkItem(string workItem) => new("(SELECT instance_id FROM work_items WHERE id = @id)", workItem);
    public static InstanceKey OfLedger(string ledger) => new("(SELECT instance_id FROM ledgers WHERE id = @id)", ledger);
    public static InstanceKey OfLedgerEntry(string entry) =>
        new("(SELECT l.instance_id FROM ledger_entries AS e JOIN ledgers AS l ON l.id = e.ledger_id WHERE e.id = @id)", entry);
}
