using Microsoft.EntityFrameworkCore;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Core.Workflows;
using Programmes.Engine.Definitions;
using Programmes.Engine.Exports.Documents;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;

namespace Programmes.Engine.Exports;

/// <summary>
/// Official documents as Word files, for the office to look over, number and seal: composed from the record, seen by whoever may see
/// the page. They are Chinese, as the papers of an office are.
/// </summary>
public sealed class DocumentExports(IDbContextFactory<ProgrammesDb> contexts, NoticeQueries notices, UrgingQuery urgings, LedgerQueries ledgers, PaperQueries papers, DefinitionLibrary library, TimeProvider time)
{
    /// <summary>A public notice (公示) with its units and its window.</summary>
    /// <exception cref="RefusedException">There is none, or the person may not know of it.</exception>
    public async Task<ExportFile> NoticeAsync(Person person, string id, CancellationToken cancellationToken = default)
    {
        var notice = await notices.FindAsync(person, id, null, 1, NoticeQueries.CertificateUnitsMax, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此公示", "The notice");
        var counted = WorkingDays(notice).Count;
        var body = new List<DocumentBlock>();
        if (string.IsNullOrWhiteSpace(notice.Content))
            body.Add(new DocumentParagraph($"根据《{notice.Programme}》（{notice.ApprovalNumber}）{notice.Clause}，现将{notice.BatchName}“{notice.Title.Zh}”涉及的 {notice.Units.Total} 个单位予以公示，接受监督。"));
        else body.AddRange(OfficialDocument.Blocks(notice.Content));
        body.AddRange(
        [
            new DocumentHeading(1, "一、公示时间"),
            new DocumentParagraph($"公示期为 {counted} 个工作日，自{OfficialDocument.Day(notice.PublishedOn)}发布次日起算，至{OfficialDocument.Day(notice.Closes.On)} 24 时止{(notice.Closes.Provisional ? "（放假安排公布后可能调整）" : "")}。"),
            new DocumentHeading(1, "二、异议提出"),
            new DocumentParagraph($"公示期内，对公示单位有异议的，请以书面形式向{notice.Office}提出，并提供必要的佐证材料和联系方式。以单位名义提出的，应加盖公章；以个人名义提出的，应签署真实姓名。"),
            new DocumentHeading(1, "三、公示单位"),
            Units(notice, line => line.Responsible ?? "", "责任主体"),
        ]);
        Shorten(body, notice);
        return File(new() { Title = notice.Title.Zh, Issuer = notice.Office, On = notice.PublishedOn, Body = body, Note = notice.State == NoticeState.Withdrawn ? "本公示已撤回" : null });
    }

    /// <summary>公示情况说明: what a closed notice came to, with the days counted.</summary>
    /// <exception cref="RefusedException">There is no such notice, it is not closed, or the person may not know of it.</exception>
    public async Task<ExportFile> CertificateAsync(Person person, string id, CancellationToken cancellationToken = default)
    {
        if (await notices.FindAsync(person, id, null, 1, NoticeQueries.CertificateUnitsMax, cancellationToken).ConfigureAwait(false) is not { State: NoticeState.Closed } notice)
            throw RefusedException.NotFound("已期满的公示", "A closed notice");
        var counted = WorkingDays(notice);
        var skipped = notice.Window.Where(day => !day.IsWorking && day.On > notice.PublishedOn).ToList();
        var body = new List<DocumentBlock>
        {
            new DocumentParagraph($"根据《{notice.Programme}》（{notice.ApprovalNumber}）{notice.Clause}，{notice.Office}对{notice.BatchName}“{notice.Title.Zh}”进行了公示。现将有关情况说明如下。"),
            new DocumentHeading(1, "一、公示时间"),
            new DocumentParagraph($"公示于{OfficialDocument.Day(notice.PublishedOn)}发布，发布当日不计入，至{OfficialDocument.Day(notice.Closes.On)} 24 时期满，计 {counted.Count} 个工作日：{string.Join('、', counted.Select(on => $"{on.Month}月{on.Day}日"))}。"),
        };
        if (skipped.Count > 0) body.Add(new DocumentParagraph($"其间不计入的休息日：{string.Join('、', skipped.Select(day => $"{day.On.Month}月{day.On.Day}日{(day.Name is { } name ? $"（{name.Zh}）" : "")}"))}。"));
        body.AddRange(
        [
            new DocumentHeading(1, "二、公示结果"),
            new DocumentParagraph($"公示单位共 {notice.Units.Total} 个。公示期满无异议 {notice.Outcomes.GetValueOrDefault("NoObjection")} 个；异议成立 {notice.Outcomes.GetValueOrDefault("Upheld")} 个；异议仍在核查 {notice.Suspended} 个。各单位情况如下："),
            Units(notice, line => line.Outcome is { } outcome ? OutcomeWords.Of(outcome).Zh : "异议核查中", "公示结果"),
        ]);
        Shorten(body, notice);
        return File(new() { Title = "公示情况说明", Issuer = notice.Office, On = notice.EndedOn ?? notice.Closes.On, Body = body });
    }

    /// <summary>The bulletin (通报) of a period's urgings.</summary>
    /// <param name="from">Inclusive.</param>
    /// <param name="until">Inclusive; null: today.</param>
    /// <exception cref="RefusedException">The person sees only part of the programme, there is no such programme, or the period is none.</exception>
    public async Task<ExportFile> UrgingBulletinAsync(Person person, string programme, DateOnly from, DateOnly? until = null, CancellationToken cancellationToken = default)
    {
        var bulletin = await urgings.BulletinAsync(person, programme, from, until, cancellationToken).ConfigureAwait(false);
        return File(await BulletinAsync(programme, bulletin.Words.Zh, bulletin.On, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The bulletin (通报) of how a programme's problems stand.</summary>
    /// <param name="since">Inclusive.</param>
    /// <exception cref="RefusedException">The person sees only part of the programme, or there is no such programme.</exception>
    public async Task<ExportFile> LedgerBulletinAsync(Person person, string programme, DateOnly since, CancellationToken cancellationToken = default)
    {
        var bulletin = await ledgers.BulletinAsync(person, programme, since, cancellationToken).ConfigureAwait(false);
        return File(await BulletinAsync(programme, bulletin.Words.Zh, bulletin.On, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A paper (公文) as it was registered: supervision orders, circulars, bulletins and the others.</summary>
    /// <exception cref="RefusedException">There is none, or the person may not know of it.</exception>
    public async Task<ExportFile> PaperAsync(Person person, long id, CancellationToken cancellationToken = default)
    {
        var paper = await papers.FindAsync(person, id, cancellationToken).ConfigureAwait(false) ?? throw RefusedException.NotFound("此公文", "The paper");
        var body = new List<DocumentBlock>(OfficialDocument.Blocks(paper.Body));
        if (paper.Head.ReplyByOn is { } reply && paper.Head.Kind.MayHaveReplyBy())
            body.Add(new DocumentParagraph(paper.Head.Kind == PaperKind.SupervisionOrder
                ? $"请抓紧办理，并于{OfficialDocument.Day(reply)}前书面反馈办理结果；逾期未办结的，说明原因和下一步措施。"
                : $"请于{OfficialDocument.Day(reply)}前书面答复。"));
        if (paper.Head.ReopensOn is { } reopens) body.Add(new DocumentParagraph($"计划于{OfficialDocument.Day(reopens)}恢复开放。"));
        return File(new()
        {
            Title = paper.Head.Title, Number = paper.Head.Number, Issuer = await IssuerAsync(id, cancellationToken).ConfigureAwait(false), On = paper.Head.IssuedOn, Body = body,
            To = [.. paper.Recipients.Where(to => !to.IsCopy).Select(to => to.Name)], Copies = [.. paper.Recipients.Where(to => to.IsCopy).Select(to => to.Name)],
            Note = paper.Head.State == PaperState.Withdrawn ? "本文件已撤回" : null,
        });
    }

    private async Task<OfficialDocument> BulletinAsync(string programme, string words, DateOnly on, CancellationToken cancellationToken)
    {
        var (title, rest) = words.IndexOf('\n', StringComparison.Ordinal) is var end and > 0 ? (words[..end], words[end..]) : (words, "");
        return new() { Title = title, On = on, Body = OfficialDocument.Blocks(rest), Issuer = await SupervisorAsync(programme, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>The office that is told of late work tells the others of it; null: whoever signs writes its name.</summary>
    private async Task<string?> SupervisorAsync(string programme, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var revision = await db.Programmes.Where(row => row.Id == programme).Select(row => row.LaunchRevision).FirstAsync(cancellationToken).ConfigureAwait(false);
        var role = (await library.LaunchAsync(programme, revision, cancellationToken).ConfigureAwait(false)).SupervisorRole;
        return await db.Offices.Where(row => row.ProgrammeId == programme && row.Role == role).Select(row => row.Name).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> IssuerAsync(long paper, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await (from row in db.Papers
                      where row.Id == paper
                      select row.Issuer == Roles.Unit
                          ? db.Units.Where(unit => unit.ProgrammeId == row.ProgrammeId && unit.UnitId == row.UnitId).Select(unit => unit.Name).FirstOrDefault()
                          : db.Offices.Where(office => office.ProgrammeId == row.ProgrammeId && office.Role == row.Issuer).Select(office => office.Name).FirstOrDefault()).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    private static List<DateOnly> WorkingDays(NoticeShown notice) => [.. notice.Window.Where(day => day.IsWorking && day.On > notice.PublishedOn).Select(day => day.On)];

    private static DocumentTable Units(NoticeShown notice, Func<StepLine, string> third, string heading) => new(
        [("序号", 10), ("单位名称", 54), (heading, 36)],
        [.. notice.Units.Rows.Select((line, i) => (IReadOnlyList<string>)[(i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), line.Unit, third(line)])]);

    private static void Shorten(List<DocumentBlock> body, NoticeShown notice)
    {
        if (notice.Units.Total > notice.Units.Rows.Count) body.Add(new DocumentParagraph($"共 {notice.Units.Total} 个单位，此处列出前 {notice.Units.Rows.Count} 个，其余另附名单。"));
    }

    private ExportFile File(OfficialDocument document)
    {
        var now = time.GetUtcNow();
        return new(ExportFile.SafeName($"{document.Title}-{ChinaTime.DateOf(now):yyyy-MM-dd}.docx"), ExportFile.Docx, new MemoryStream(OfficialDocx.Write(document, now), writable: false));
    }
}
