using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Ledgers;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Exports.Sheets;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;

namespace Programmes.Engine.Exports;

/// <summary>
/// Lists as Excel workbooks, with the filters of their pages: a person gets exactly what the page would show, and the audit trail
/// keeps who took what. Rows are written as they are read, so that a national list needs no memory.
/// </summary>
public sealed class ListExports(
    IDbContextFactory<ProgrammesDb> contexts, SupervisionQuery supervision, WorkListQuery work, CohortBoardQuery boards, LedgerQueries ledgers,
    ProgrammeRecords records, UrgingQuery urgings, PaperQueries papers, MailQueries mails, ProgrammeQueries programmes, TimeProvider time) : IDisposable
{
    /// <summary>Rows of one file; the rest is left out, and the file says so.</summary>
    public const int RowsMax = 200_000;

    /// <summary>Files that are made at once by one node; others wait for their turn.</summary>
    public const int AtOnceMax = 3;

    /// <summary>Units of a board that are looked up together.</summary>
    private const int BoardPageSize = 500;

    private readonly SemaphoreSlim turns = new(AtOnceMax);

    /// <summary>Work that is late, soon due, unsigned or under review, as on the supervision page.</summary>
    /// <param name="language">Of headings and states: <c>zh</c> or <c>en</c>.</param>
    public async Task<ExportFile> SupervisionAsync(Person person, SupervisionFilter filter, string language, CancellationToken cancellationToken = default) =>
        await WriteAsync(person, "supervision", filter.Programme, WorkTable(ExportWords.Of(filter.Shown), language,
            [.. await FactsAsync(person, filter.Programme, cancellationToken).ConfigureAwait(false), .. Optional(new("批次", "Batch"), filter.Batch?.ToString(CultureInfo.InvariantCulture)), .. Optional(new("责任单位", "Responsible"), filter.Role), .. Optional(new("单位名称", "Unit"), filter.Name)]),
            supervision.AllAsync(person, filter, cancellationToken), language, cancellationToken).ConfigureAwait(false);

    /// <summary>What the person owes and reviews, as on its own list.</summary>
    /// <param name="everybody">All open work, for who sees everything.</param>
    public async Task<ExportFile> WorkAsync(Person person, WorkShown shown, bool everybody, string? programme, string language, CancellationToken cancellationToken = default) =>
        await WriteAsync(person, "work", programme, WorkTable(ExportWords.Of(shown), language, await FactsAsync(person, programme, cancellationToken).ConfigureAwait(false)),
            work.AllAsync(person, shown, everybody, programme, cancellationToken), language, cancellationToken).ConfigureAwait(false);

    /// <summary>A batch's units by its steps.</summary>
    /// <exception cref="RefusedException">There is no such programme or batch, or the person may not know of it.</exception>
    public async Task<ExportFile> BoardAsync(Person person, string programme, int batch, string? unit, BoardFilter filter, string language, CancellationToken cancellationToken = default)
    {
        var first = await boards.RunAsync(person, programme, batch, unit, filter, 1, BoardPageSize, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此专项工作或批次", "The programme or batch");
        List<ListColumn<BoardRow>> columns =
        [
            new(new("单位标识", "Unit id"), 14, row => Cell.Of(row.UnitId)),
            new(new("单位", "Unit"), 30, row => Cell.Of(row.Unit)),
            new(new("责任主体", "Responsible"), 26, row => Cell.Of(row.Responsible)),
            .. first.Steps.Select(step => new ListColumn<BoardRow>(step.Due is { } due ? new($"{step.Title.Zh}（{due.On:yyyy-MM-dd}）", $"{step.Title.En} ({due.On:yyyy-MM-dd})") : step.Title, 18,
                row => row.Cells.TryGetValue(step.Activity, out var cell) ? Cell.Of(ExportWords.Of(cell).In(language)) : Cell.Of(ExportWords.Of(WorkLight.Waiting).In(language)))),
            new(new("结论", "Result"), 16, row => Cell.Of(row.Result)),
            new(new("等级", "Grade"), 10, row => Cell.Of(row.Grade)),
            new(new("结转", "Carried over"), 8, row => Cell.Of(row.CarriedOver ? new Text("是", "Yes").In(language) : null)),
        ];
        var table = new SheetTable<BoardRow>(new($"进度台账第{batch}批", $"Board batch {batch}"), columns) { Facts = [.. await FactsAsync(person, programme, cancellationToken).ConfigureAwait(false), .. Optional(new("单位名称", "Unit"), unit), .. Optional(new("办理状态", "State"), filter == BoardFilter.All ? null : BoardWords.Of(filter).In(language))] };
        return await WriteAsync(person, "board", programme, table, RowsAsync(), language, cancellationToken).ConfigureAwait(false);

        async IAsyncEnumerable<BoardRow> RowsAsync()
        {
            foreach (var row in first.Units.Rows) yield return row;
            for (var page = 2; (page - 1) * BoardPageSize < Math.Min(first.Units.Total, RowsMax + 1); page++)
                foreach (var row in (await boards.RunAsync(person, programme, batch, unit, filter, page, BoardPageSize, cancellationToken).ConfigureAwait(false))?.Units.Rows ?? []) yield return row;
        }
    }

    /// <summary>Entries of ledgers (问题台账).</summary>
    public async Task<ExportFile> LedgerAsync(Person person, LedgerFilter filter, string language, CancellationToken cancellationToken = default) =>
        await WriteAsync(person, "ledger", filter.Programme, new SheetTable<LedgerEntryLine>(new("问题台账", "Ledger"),
        [
            new(new("单位", "Unit"), 30, line => Cell.Of(line.Unit)),
            new(new("上级单位", "Superior"), 24, line => Cell.Of(line.Superior)),
            new(new("序号", "No."), 7, line => Cell.Of(line.Number)),
            new(new("检查方面", "Area"), 18, line => Cell.Of(line.Area)),
            new(new("问题", "Problem"), 50, line => Cell.Of(line.Problem)),
            new(new("来源", "Source"), 20, line => Cell.Of(line.SourceReference is { } reference ? $"{LedgerWords.Of(line.Source).In(language)} · {reference}" : LedgerWords.Of(line.Source).In(language))),
            new(new("责任单位", "Office"), 20, line => Cell.Of(line.Office)),
            new(new("责任岗位", "Post"), 16, line => Cell.Of(line.Post)),
            new(new("登记日期", "Entered"), 12, line => Cell.Of(line.OpenedOn)),
            new(new("整改期限", "Deadline"), 12, line => Cell.Of(line.DeadlineOn)),
            new(new("状态", "State"), 14, line => Cell.Of(LedgerWords.Of(line.Status).In(language))),
            new(new("是否超期", "Overdue"), 10, line => Cell.Of(line.IsOverdue ? new Text("超期", "Overdue").In(language) : null)),
            new(new("整改情况", "What was done"), 50, line => Cell.Of(line.Done)),
            new(new("销号日期", "Closed"), 12, line => Cell.Of(line.ClosedOn)),
            new(new("重新打开次数", "Reopened"), 8, line => Cell.Of(line.Reopened)),
        ])
        { Facts = await FactsAsync(person, filter.Programme, cancellationToken).ConfigureAwait(false) }, ledgers.AllEntriesAsync(person, filter, cancellationToken), language, cancellationToken).ConfigureAwait(false);

    /// <summary>Results (结论) of units.</summary>
    public async Task<ExportFile> ResultsAsync(Person person, string programme, string language, CancellationToken cancellationToken = default) =>
        await WriteAsync(person, "results", programme, new SheetTable<ResultLine>(new("结论", "Results"),
        [
            new(new("单位标识", "Unit id"), 14, line => Cell.Of(line.UnitId)),
            new(new("单位", "Unit"), 30, line => Cell.Of(line.Unit)),
            new(new("批次", "Batch"), 8, line => Cell.Of(line.Batch)),
            new(new("结论", "Result"), 18, line => Cell.Of(line.Result)),
            new(new("等级", "Grade"), 10, line => Cell.Of(line.Grade)),
            new(new("日期", "Day"), 12, line => Cell.Of(line.On)),
            new(new("理由", "Reason"), 50, line => Cell.Of(line.Reason)),
            new(new("是否最终", "Final"), 10, line => Cell.Of(line.Final ? new Text("是", "Yes").In(language) : null)),
            new(new("已被取代", "Superseded"), 10, line => Cell.Of(line.Superseded ? new Text("是", "Yes").In(language) : null)),
        ])
        { Facts = await FactsAsync(person, programme, cancellationToken).ConfigureAwait(false) }, records.AllResultsAsync(person, programme, cancellationToken), language, cancellationToken).ConfigureAwait(false);

    /// <summary>Who was urged and what became of it.</summary>
    public async Task<ExportFile> UrgingsAsync(Person person, UrgingFilter filter, string language, CancellationToken cancellationToken = default) =>
        await WriteAsync(person, "urgings", filter.Programme, new SheetTable<UrgingLine>(new("催办记录", "Urgings"),
        [
            new(new("任务", "Work"), 34, line => Cell.Of(line.Title.In(language))),
            new(new("责任单位", "Responsible"), 28, line => Cell.Of(line.Owner)),
            new(new("期限", "Due"), 12, line => Cell.Of(line.DueOn)),
            new(new("催办时间", "Urged at"), 18, line => Cell.Of(line.At)),
            new(new("催办人", "By"), 16, line => Cell.Of(line.By)),
            new(new("方式", "Channel"), 12, line => Cell.Of(UrgingWords.Of(line.Channel).In(language))),
            new(new("结果", "What became of it"), 22, line => Cell.Of(UrgingWords.Of(line.State).In(language))),
            new(new("内容", "Words"), 60, line => Cell.Of(line.Words)),
        ])
        { Facts = await FactsAsync(person, filter.Programme, cancellationToken).ConfigureAwait(false) }, urgings.AllAsync(person, filter, cancellationToken), language, cancellationToken).ConfigureAwait(false);

    /// <summary>The register of papers (公文).</summary>
    public async Task<ExportFile> PapersAsync(Person person, string programme, PaperKind? kind, string language, CancellationToken cancellationToken = default) =>
        await WriteAsync(person, "papers", programme, new SheetTable<PaperLine>(new("公文登记", "Papers"),
        [
            new(new("文号", "Number"), 22, line => Cell.Of(line.Number)),
            new(new("种类", "Kind"), 14, line => Cell.Of(line.Kind.Words().In(language))),
            new(new("标题", "Title"), 50, line => Cell.Of(line.Title)),
            new(new("印发日期", "Issued"), 12, line => Cell.Of(line.IssuedOn)),
            new(new("答复期限", "Answer by"), 12, line => Cell.Of(line.ReplyByOn)),
            new(new("状态", "State"), 12, line => Cell.Of(ExportWords.Of(line.State).In(language))),
            new(new("未签收", "Unsigned"), 9, line => Cell.Of(line.Unsigned)),
        ])
        { Facts = await FactsAsync(person, programme, cancellationToken).ConfigureAwait(false) }, papers.AllAsync(person, programme, kind, cancellationToken), language, cancellationToken).ConfigureAwait(false);

    /// <summary>Mails with their words, such as those to print because there is no address.</summary>
    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public async Task<ExportFile> MailsAsync(Person person, MailState? state, string? programme, string? to, string language, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        return await WriteAsync(person, "mails", programme, new SheetTable<(MailLine Line, string Text)>(state == MailState.NoAddress ? new("待打印通知", "Mails to print") : new("邮件", "Mails"),
        [
            new(new("收件人", "To"), 28, mail => Cell.Of(mail.Line.ToName)),
            new(new("邮箱", "Address"), 28, mail => Cell.Of(mail.Line.ToAddress)),
            new(new("主题", "Subject"), 40, mail => Cell.Of(mail.Line.Subject)),
            new(new("状态", "State"), 14, mail => Cell.Of(ExportWords.Of(mail.Line.State).In(language))),
            new(new("生成时间", "Queued"), 18, mail => Cell.Of(mail.Line.QueuedAt)),
            new(new("发送时间", "Sent"), 18, mail => Cell.Of(mail.Line.SentAt)),
            new(new("失败原因", "Why not"), 30, mail => Cell.Of(mail.Line.LastError)),
            new(new("内容", "Words"), 80, mail => Cell.Of(mail.Text)),
        ])
        { Facts = await FactsAsync(person, programme, cancellationToken).ConfigureAwait(false) }, mails.AllAsync(person, state, programme, to, cancellationToken), language, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => turns.Dispose();

    private static SheetTable<WorkLine> WorkTable(Text title, string language, IReadOnlyList<(Text, string)> facts) => new(title,
    [
        new(new("任务", "Work"), 34, line => Cell.Of(line.Title.In(language))),
        new(new("专项工作", "Programme"), 34, line => Cell.Of(line.Programme)),
        new(new("批次", "Batch"), 8, line => Cell.Of(line.Batch)),
        new(new("单位", "Unit"), 28, line => Cell.Of(line.Unit)),
        new(new("责任单位", "Responsible"), 26, line => Cell.Of(line.Role == Roles.Unit ? line.Unit : line.Office ?? line.Role)),
        new(new("期限", "Due"), 12, line => Cell.Of(line.Due?.On)),
        new(new("暂定", "Provisional"), 8, line => Cell.Of(line.Due is { Provisional: true } ? new Text("暂定", "Provisional").In(language) : null)),
        new(new("原定期限", "Due before"), 12, line => Cell.Of(line.OriginalDueOn)),
        new(new("剩余工作日", "Working days left"), 10, line => line.Due is null ? Cell.Empty : Cell.Of(line.WorkingDaysLeft)),
        new(new("状态", "State"), 12, line => Cell.Of(ExportWords.Of(line.Light).In(language))),
        new(new("办理情况", "Standing"), 12, line => Cell.Of(ExportWords.Of(line.State).In(language))),
        new(new("任务编号", "Work item id"), 40, line => Cell.Of(line.Id)),
    ])
    { Facts = facts };

    private async Task<ExportFile> WriteAsync<T>(Person person, string list, string? programme, SheetTable<T> table, IAsyncEnumerable<T> rows, string language, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        var file = ExportFile.Temporary();
        try
        {
            var now = time.GetUtcNow();
            var written = await table.WriteAsync(file, rows, RowsMax, language, person.Name, now, cancellationToken).ConfigureAwait(false);
            await RecordAsync(person, list, programme, written, now, cancellationToken).ConfigureAwait(false);
            file.Position = 0;
            return new(ExportFile.SafeName($"{table.Title.In(language)}-{ChinaTime.DateOf(now):yyyy-MM-dd}.xlsx"), ExportFile.Xlsx, file);
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            turns.Release();
        }
    }

    private async Task RecordAsync(Person person, string list, string? programme, int rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        db.Audit.Add(new() { At = now, Actor = person.Name, Action = "list.exported", Subject = list, ProgrammeId = string.IsNullOrEmpty(programme) ? null : programme, Details = $"{rows} 行" });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The programme's name, for who may know of it.</summary>
    private async Task<IReadOnlyList<(Text, string)>> FactsAsync(Person person, string? programme, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(programme) ? [] : await programmes.HeadAsync(person, programme, cancellationToken).ConfigureAwait(false) is { } head ? [(new("专项工作", "Programme"), head.Name), (new("批准文件", "Approved by"), head.ApprovalNumber)] : [];

    private static IReadOnlyList<(Text, string)> Optional(Text what, string? value) => string.IsNullOrWhiteSpace(value) ? [] : [(what, value)];
}
