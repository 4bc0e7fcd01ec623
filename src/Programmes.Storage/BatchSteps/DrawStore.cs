using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Storage.Databases;
using Programmes.Storage.Instances;

namespace Programmes.Storage.BatchSteps;

/// <summary>The rows of a draw: decided as soon as they are there, in the transaction of the decision.</summary>
internal sealed class DrawStore(StoreTransaction transaction)
{
    private static readonly Core.Text NoCandidate = new("上一步尚无结果，未参加抽取", "No candidate: the step before had not decided");

    /// <summary>Every unit concerned gets its row; the drawn ones their checker, as the row's grade. History gets seed and counts.</summary>
    public async Task DrawAsync(LoadedInstance batch, DrawUnits draw, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var selects = draw.Units.Step is null ? null : await transaction.Steps.LatestRunAsync(batch.Id, draw.Units.Step, cancellationToken).ConfigureAwait(false);
        var (candidates, others) = await CandidatesAsync(batch, draw, selects, cancellationToken).ConfigureAwait(false);
        var drawn = Sampling.Draw(candidates, draw.Rule, await SuperiorsAsync(batch.Programme!, cancellationToken).ConfigureAwait(false), draw.Seed).ToDictionary(unit => unit.Unit, StringComparer.Ordinal);
        var rows = new BulkRows(BatchStepStore.Insert);
        foreach (var candidate in candidates) Add(candidate.Unit, drawn.GetValueOrDefault(candidate.Unit), null);
        foreach (var unit in others) Add(unit, null, NoCandidate.Zh);
        var words = Sampling.Words(draw.Title, candidates.Count, drawn.Count, draw.Seed);
        var history = new BulkRows(InstanceStatements.Event);
        history.Add(batch.Programme, batch.Batch, null, batch.Id, Core.Rehearsal.EventKinds.UnitsDrawn, draw.Activity, words.Zh, words.En, Instants.ToText(draw.On), Instants.ToMicroseconds(at));
        await transaction.WriteRowsAsync([.. new[] { rows, history }.Where(write => write.Rows.Count > 0)], cancellationToken).ConfigureAwait(false);

        void Add(string unit, DrawnUnit? chosen, string? reason) => rows.Add(
            draw.Id, batch.Id, batch.Programme, batch.Batch, draw.Activity, unit, nameof(StepRowStatus.Decided), chosen is null ? Sampling.NotDrawn : Sampling.Drawn,
            chosen?.Checker, reason, Instants.ToText(draw.On), null, false, false, 0);
    }

    private async Task<(List<Candidate> Candidates, List<string> Others)> CandidatesAsync(LoadedInstance batch, DrawUnits draw, string? selects, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT m.unit_id, i.status, r.status, r.outcome, u.superior
            FROM batch_units AS m
            JOIN units AS u ON u.programme_id = m.programme_id AND u.unit_id = m.unit_id
            LEFT JOIN instances AS i ON i.id = @instance || '.' || m.unit_id
            LEFT JOIN step_rows AS r ON r.subject_id = @selects AND r.unit_id = m.unit_id
            WHERE m.programme_id = @programme AND m.batch = @batch
            ORDER BY m.ordinal
            """;
        var (candidates, others) = (new List<Candidate>(), new List<string>());
        var command = transaction.Command(sql, ("@instance", batch.Id), ("@selects", selects), ("@programme", batch.Programme), ("@batch", batch.Batch));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var active = reader.IsDBNull(1) || reader.GetString(1) == nameof(InstanceStatus.Running);
            StepRowStatus? earlier = reader.IsDBNull(2) ? null : Enum.Parse<StepRowStatus>(reader.GetString(2));
            switch (BatchRows.OnOpening(draw.Units, active, earlier, reader.IsDBNull(3) ? null : reader.GetString(3)))
            {
                case StepRowStatus.Open:
                    candidates.Add(new(reader.GetString(0), reader.IsDBNull(4) ? null : reader.GetString(4)));
                    break;
                case not null:
                    others.Add(reader.GetString(0));
                    break;
            }
        }

        return (candidates, others);
    }

    private async Task<List<string>> SuperiorsAsync(string programme, CancellationToken cancellationToken)
    {
        var superiors = new List<string>();
        await using var reader = await transaction.Command("SELECT DISTINCT superior FROM units WHERE programme_id = @programme AND superior IS NOT NULL ORDER BY superior", ("@programme", programme))
            .ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) superiors.Add(reader.GetString(0));
        return superiors;
    }
}
