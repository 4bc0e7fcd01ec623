using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.Evidence;
using Programmes.Engine.Papers;
using Programmes.Engine.Pumping;
using Programmes.Engine.WorkItems;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Tests.Fixture;

/// <summary>
/// Lets days pass: mornings on which digests go out, afternoons on which people finish what is due, nights in which windows close.
/// </summary>
public sealed class Days(EngineHost host)
{
    private readonly WorkingDayCalendar calendar = WorkingDayCalendar.Official;

    /// <summary>What a step of the batch decides about a unit; null: the good outcome, the first.</summary>
    public Func<WorkItemRow, string, string?>? RowOutcome { get; init; }

    /// <summary>The outcome with which work is finished; null: the first.</summary>
    public Func<WorkItemRow, string?>? Outcome { get; init; }

    /// <summary>Whether somebody does this work in time.</summary>
    public Func<WorkItemRow, bool> Does { get; init; } = _ => true;

    /// <summary>Called each day after work, for whatever else a test does.</summary>
    public Func<DateOnly, Task>? Evening { get; init; }

    public async Task PassUntilAsync(DateOnly last)
    {
        for (var day = host.Clock.Today; day <= last; day = await NextEventfulDayAsync(day))
        {
            host.Clock.To(day, 0);
            await host.Get<Pump>().RunAsync();
            host.Clock.To(day, 8.6);
            await host.Get<Pump>().RunAsync();
            await host.MailAsync();
            host.Clock.To(day, 16);
            await WorkAsync(day);
            await host.Get<Pump>().RunAsync();
            if (Evening is not null) await Evening(day);
        }

        host.Clock.To(last.AddDays(1), 0);
        await host.Get<Pump>().RunAsync();
    }

    /// <summary>Days on which nothing falls due, nobody is reminded and nobody finishes anything are passed over.</summary>
    public async Task<DateOnly> NextEventfulDayAsync(DateOnly day)
    {
        if (Evening is not null) return day.AddDays(1);
        await using var db = host.Db();
        var candidates = new List<DateOnly>();
        if (await db.Instances.Where(row => row.WakeAt != null).MinAsync(row => row.WakeAt) is { } wake) candidates.Add(ChinaTime.DateOf(wake));
        if (await db.WorkItems.Where(row => row.ClosedOn == null && row.NextReminderOn != null).MinAsync(row => row.NextReminderOn) is { } reminder) candidates.Add(reminder);
        var open = await db.WorkItems.AsNoTracking().Where(row => row.ClosedOn == null).ToListAsync();
        candidates.AddRange(open.Where(Does).Select(DoneOn));
        var next = candidates.Where(on => on > day).DefaultIfEmpty(DateOnly.MaxValue).Min();
        return next > day ? next : day.AddDays(1);
    }

    /// <summary>Lets the engine take what is due; a test with a host beside it waits for that host.</summary>
    public Func<Task>? Settle { get; init; }

    public async Task WorkAsync(DateOnly day)
    {
        // What is done opens more: until the day's work is done.
        for (var round = 0; round < 20; round++)
        {
            await (Settle?.Invoke() ?? host.Get<Pump>().RunAsync());
            List<WorkItemRow> open;
            await using (var db = host.Db())
                open = await db.WorkItems.AsNoTracking().Where(item => item.ClosedOn == null).OrderBy(item => item.Id).ToListAsync();
            var due = open.Where(item => DoneOn(item) <= day && Does(item)).ToList();
            if (due.Count == 0) return;
            foreach (var item in due) await DoAsync(item);
        }
    }

    private DateOnly DoneOn(WorkItemRow item) =>
        item.DueOn is { } due ? calendar.WorkingDayOnOrBefore(due) : calendar.AddWorkingDays(item.OpenedOn, 5);

    public async Task DoAsync(WorkItemRow item)
    {
        var work = host.Get<WorkOnItem>();
        if (item.Units is not null)
        {
            List<string> units;
            await using (var db = host.Db())
                units = await db.StepRows.Where(row => row.SubjectId == item.Id && row.Status == StepRowStatus.Open).OrderBy(row => row.Id).Select(row => row.UnitId).ToListAsync();
            var outcomes = WorkOnItem.RowOutcomesOf(item);
            foreach (var unit in units) await work.DecideRowAsync(EngineHost.Office, item.Id, unit, RowOutcome?.Invoke(item, unit) ?? await WithinQuotaAsync(item, outcomes[0]), null, item.Quota is null ? null : "综合评审意见");
        }

        if (item.Evidence == EvidenceRule.Required)
        {
            using var report = new MemoryStream("%PDF-1.7\n%%EOF\n"u8.ToArray());
            await host.Get<AttachEvidence>().AttachAsync(EngineHost.Office, new(EvidenceSubjectKind.WorkItem, item.Id), report, "佐证材料.pdf");
        }

        if (PaperRule.Parse(item.Paper) is { } rule) await host.Get<IssuePaper>().IssueAsync(EngineHost.Office, PaperFor(item, rule));
        var outcome = Outcome?.Invoke(item);
        await work.SubmitAsync(EngineHost.Office, item.Id, outcome, await FilledFormAsync(item));
        if (item.Reviewer is not null) await host.Get<ReviewItem>().CompleteAsync(EngineHost.Office, item.Id, outcome);
    }

    /// <summary>The good outcome, as long as there are places.</summary>
    private async Task<string> WithinQuotaAsync(WorkItemRow item, string outcome)
    {
        if (item.ReadQuota() is not { } quota) return outcome;
        await using var db = host.Db();
        var selected = db.StepRows.Where(row => row.Step == item.Activity && row.Outcome == Quota.Selected);
        return quota.Refuse(await selected.CountAsync(row => row.SubjectId == item.Id), await selected.CountAsync(row => row.Batch != item.Batch)) is null ? outcome : Quota.NotSelected;
    }

    /// <summary>Numbered by its work item, with whatever dates its kind asks for.</summary>
    private NewPaper PaperFor(WorkItemRow item, PaperRule rule) => new(rule.Kind, $"示例〔{host.Clock.Today.Year}〕{item.Id}", item.TitleZh, item.Instructions ?? item.TitleZh)
    {
        WorkItem = item.Id, ReplyBy = rule.Kind.NeedsReplyBy() ? calendar.AddWorkingDays(host.Clock.Today, 20) : null, ReopensOn = rule.Kind == PaperKind.ClosureAnnouncement ? host.Clock.Today.AddDays(30) : null,
    };

    private async Task<string?> FilledFormAsync(WorkItemRow item)
    {
        if (item.Form is null || item.ProgrammeId is null) return null;
        await using var db = host.Db();
        var revision = await db.Programmes.Where(row => row.Id == item.ProgrammeId).Select(row => row.LaunchRevision).SingleAsync();
        var launch = await host.Get<DefinitionLibrary>().LaunchAsync(item.ProgrammeId, revision);
        if (!launch.Forms.TryGetValue(item.Form, out var form)) return null;
        return JsonSerializer.Serialize(form.Groups.SelectMany(group => group.Items).ToDictionary(field => field.Key, field => field.Kind switch
        {
            FormItemKind.Number or FormItemKind.Score => "1",
            FormItemKind.YesNo => "yes",
            FormItemKind.Choice => field.Choices![0],
            _ => "无",
        }));
    }
}
