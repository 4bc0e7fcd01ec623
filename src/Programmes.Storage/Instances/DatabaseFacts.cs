using System.Globalization;
using Programmes.Core.Workflows;

namespace Programmes.Storage.Instances;

/// <summary>Answers from the tables, in the transaction of the decision. The same question is asked once, since answers may not change during a decision.</summary>
internal sealed class DatabaseFacts(StoreTransaction transaction, LoadedInstance instance) : IFacts
{
    private readonly Dictionary<(string Instance, int Node), int> openChildren = [];
    private readonly Dictionary<int, int> unitCounts = [];
    private (int Reached, int Total)? goal;

    public int OpenChildren(string instance, int node)
    {
        if (!openChildren.TryGetValue((instance, node), out var count))
            openChildren[(instance, node)] = count = Count(
                "SELECT COUNT(*) FROM instances WHERE parent = @parent AND parent_node = @node AND status = 'Running'",
                ("@parent", instance), ("@node", node));
        return count;
    }

    public int UnitCount(int batch)
    {
        if (instance.Programme is null) return 0;
        // Ordinals have no gaps, so the last one tells the number without counting the members.
        if (!unitCounts.TryGetValue(batch, out var count))
            unitCounts[batch] = count = Count(
                "SELECT COALESCE(MAX(ordinal) + 1, 0) FROM batch_units WHERE programme_id = @programme AND batch = @batch",
                ("@programme", instance.Programme), ("@batch", batch));
        return count;
    }

    public (int Reached, int Total) Goal()
    {
        if (instance.Programme is null) return (0, 0);
        return goal ??= (
            Count("SELECT COUNT(DISTINCT unit_id) FROM unit_results WHERE programme_id = @programme AND final AND achieved AND NOT superseded",
                ("@programme", instance.Programme)),
            Count("SELECT COUNT(*) FROM units WHERE programme_id = @programme AND left_on IS NULL", ("@programme", instance.Programme)));
    }

    public DateOnly? DueOn(string workItem) =>
        transaction.Command("SELECT due_on FROM work_items WHERE id = @id", ("@id", workItem)).ExecuteScalar() is string on ? Databases.Instants.FromText(on) : null;

    public bool IsSubmitted(string workItem) => Count("SELECT COUNT(*) FROM work_items WHERE id = @id AND status = 'Submitted'", ("@id", workItem)) > 0;

    public int OpenEntries(string ledger) => Count("SELECT COUNT(*) FROM ledger_entries WHERE ledger_id = @ledger AND status <> 'Closed'", ("@ledger", ledger));

    private int Count(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Convert.ToInt32(transaction.Command(sql, parameters).ExecuteScalar(), CultureInfo.InvariantCulture);
}
