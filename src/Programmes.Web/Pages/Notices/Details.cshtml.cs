using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Engine.Evidence;
using Programmes.Engine.Notices;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Notices;

public sealed class DetailsModel(NoticeQueries query, ObjectToNotice objections, RepublishNotice republish, ReadEvidence evidence) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    /// <summary>Part of a unit's name.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    public NoticeShown Notice { get; private set; } = null!;

    /// <summary>What was typed into the objection's form and not accepted.</summary>
    public (string? Unit, ObjectionSource Source, string? Author, string? Contact, string? Text) Typed { get; private set; }

    /// <summary>The author that was just asked for; shown once.</summary>
    public ObjectionAuthor? Author { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    /// <summary>Shown on this answer alone, which is kept nowhere.</summary>
    public async Task<IActionResult> OnPostAuthorAsync(long objection, CancellationToken cancellationToken)
    {
        Author = await objections.ReadAuthorAsync(Person, objection, cancellationToken);
        Response.Headers.CacheControl = "no-store";
        return await ShowAsync(cancellationToken);
    }

    /// <summary>A file of an objection, as a download, for who decides about it.</summary>
    public async Task<IActionResult> OnGetFileAsync(long file, CancellationToken cancellationToken)
    {
        if (await evidence.OpenAsync(Person, file, cancellationToken) is not { } found) return NotFound();
        Response.Headers.CacheControl = "private, no-store";
        return File(found.Content, found.File.MediaType, found.File.Name);
    }

    public async Task<IActionResult> OnPostObjectAsync(string? unit, ObjectionSource source, string? author, string? contact, string? text, CancellationToken cancellationToken)
    {
        Typed = (unit, source, author, contact, text);
        return await ActAsync(
            () => objections.FileObjectionAsync(Person, Id, unit ?? "", source, text ?? "", author, contact, cancellationToken),
            new("异议已登记。实名或盖章并在期限内的，请尽快决定是否受理；匿名或逾期的只作线索，不中止公示。", "Recorded. One under a real name or seal and in time waits to be accepted; an anonymous or late one is kept as a lead and suspends nothing."),
            () => ShowAsync(cancellationToken), Back);
    }

    public Task<IActionResult> OnPostAcceptAsync(long objection, CancellationToken cancellationToken) =>
        DoAsync(() => objections.AcceptAsync(Person, objection, cancellationToken), new("已受理，该单位的公示中止，其他单位不受影响", "Accepted: the unit is suspended, others go on"), cancellationToken);

    public Task<IActionResult> OnPostRefuseAsync(long objection, string? reason, CancellationToken cancellationToken) =>
        DoAsync(() => objections.RefuseAsync(Person, objection, reason ?? "", cancellationToken), new("不予受理，理由已记录", "Not accepted; the reason is recorded"), cancellationToken);

    public Task<IActionResult> OnPostLeadAsync(long objection, string? reason, CancellationToken cancellationToken) =>
        DoAsync(() => objections.KeepAsLeadAsync(Person, objection, reason ?? "", cancellationToken), new("已转为线索，不中止公示", "Kept as a lead; nothing is suspended"), cancellationToken);

    public Task<IActionResult> OnPostDecideAsync(long objection, bool upheld, string? reason, CancellationToken cancellationToken) =>
        DoAsync(() => objections.DecideAsync(Person, objection, upheld, reason ?? "", cancellationToken), upheld ? new("异议成立，该单位结果已更新", "Upheld; the unit's outcome is recorded") : new("异议不成立，该单位恢复公示", "Dismissed; the unit goes on"), cancellationToken);

    public Task<IActionResult> OnPostRepublishAsync(string? reason, CancellationToken cancellationToken) => ActAsync(
        () => republish.RunAsync(Person, Id, reason ?? "", cancellationToken),
        new("已更正并重新发布，公示期自今天起重新计算", "Corrected and published again; the window begins anew today"),
        () => ShowAsync(cancellationToken), () => Redirect(Url.Content("~/notices?state=Open")));

    private Task<IActionResult> DoAsync(Func<Task> act, Text done, CancellationToken cancellationToken) => ActAsync(act, done, () => ShowAsync(cancellationToken), Back);

    private RedirectToPageResult Back() => RedirectToPage(new { id = Id });

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (await query.FindAsync(Person, Id, Name, PageNumber, cancellationToken: cancellationToken) is not { } notice) return NotFound();
        Notice = notice;
        ShowClock(notice.IsDemonstration, notice.Now);
        return Page();
    }
}
