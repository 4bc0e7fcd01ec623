using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Notices;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Public;

/// <summary>Objecting to a notice, without sign-in. What is received suspends nothing until the office accepts it.</summary>
[AllowAnonymous]
[RequestSizeLimit(UploadBytesMax)]
[RequestFormLimits(MultipartBodyLengthLimit = UploadBytesMax, ValueCountLimit = FieldsMax, ValueLengthLimit = ValueBytesMax)]
public sealed class ObjectModel(PublicNoticeQueries query, ReceiveObjection receive, CurrentPerson current, VisitorLimits limits, IDataProtectionProvider protection, TimeProvider time, ILogger<ObjectModel> log) : PublicPage
{
    /// <summary>Somewhat too much is refused with the rule, far too much is cut off.</summary>
    private const long UploadBytesMax = (ReceiveObjection.FilesMax + 1) * ReceiveObjection.FileBytesMax;

    private const int FieldsMax = 40;
    private const int ValueBytesMax = 64 * 1024;

    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    [BindProperty(SupportsGet = true)]
    public string? Unit { get; set; }

    [BindProperty]
    public ObjectionSource Source { get; set; }

    [BindProperty]
    public string? Author { get; set; }

    [BindProperty]
    public string? Contact { get; set; }

    [BindProperty]
    public string? Text { get; set; }

    [BindProperty]
    public bool Consent { get; set; }

    [BindProperty]
    public int? Sum { get; set; }

    /// <summary>A field that people do not see; programs fill it in.</summary>
    [BindProperty]
    public string? Website { get; set; }

    /// <summary>The sealed <see cref="ObjectionTicket"/>.</summary>
    [BindProperty]
    public string? Ticket { get; set; }

    [BindProperty]
    public IReadOnlyList<IFormFile>? Files { get; set; }

    /// <summary>Null: taken down, or never there.</summary>
    public PublicNotice? Notice { get; private set; }

    public ObjectionTicket Asked { get; private set; } = null!;

    /// <summary>Null until it was received.</summary>
    public ReceivedObjection? Received { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        ModelState.Clear();
        return await ShowAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (ObjectionTicket.Open(protection, Ticket, Id) is not { } ticket || now - ticket.OpenedAt > TimeSpan.FromHours(ObjectionTicket.HoursMax))
            return await RefuseAsync("", Words["表单打开太久，已失效；填写的内容还在，请再提交一次", "The form was open for too long; what you wrote is still here, send it again"], cancellationToken);
        if (!limits.MayObject(HttpContext))
        {
            log.LogWarning(new EventId(6001, "ObjectionsLimited"), "Too many objections from one address to notice {Notice}", ticket.Notice);
            return await RefuseAsync("", Words["您所在的网络提交得太频繁；填写的内容还在，请一小时后再试，或者向公示单位书面提出", "Too many were sent from your network; what you wrote is still here: try again in an hour, or object in writing"], cancellationToken, StatusCodes.Status429TooManyRequests);
        }

        if (!string.IsNullOrEmpty(Website) || now - ticket.OpenedAt < TimeSpan.FromSeconds(ObjectionTicket.SecondsMin))
            return await RefuseAsync("", Words["提交得太快，系统无法确认是人工填写；填写的内容还在，请再提交一次", "That was too fast for a person; what you wrote is still here, send it again"], cancellationToken, again: ticket);
        if (Sum != ticket.Sum) ModelState.AddModelError(nameof(Sum), Words["计算结果不对，请重新计算", "That is not the sum; calculate it again"]);
        if (!Consent) ModelState.AddModelError(nameof(Consent), Words["请阅读说明并勾选", "Read what is said here and tick the box"]);
        var files = (Files ?? []).Select(file => new ObjectionFile(file.OpenReadStream(), file.FileName)).ToList();
        try
        {
            return await ActAsync(async () => Received = await receive.ReceiveAsync(
                new(Id, Unit ?? "", Source, Text ?? "", Author, Contact, ticket.Receipt) { Files = files }, current.IsSignedIn, cancellationToken), () => ShowAsync(cancellationToken, ticket));
        }
        finally
        {
            foreach (var file in files) await file.Content.DisposeAsync();
        }
    }

    private async Task<IActionResult> ActAsync(Func<Task> act, Func<Task<IActionResult>> again)
    {
        if (ModelState.IsValid)
        {
            try
            {
                await act();
                Robots("noindex, noarchive");
                return Page();
            }
            catch (FieldsRefusedException refused)
            {
                foreach (var problem in refused.Problems) ModelState.AddModelError(problem.Field, Words[problem.Words]);
            }
            catch (RefusedException refused)
            {
                ModelState.AddModelError("", Words[refused.Words]);
            }
        }

        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await again();
    }

    private async Task<IActionResult> RefuseAsync(string field, string words, CancellationToken cancellationToken, int status = StatusCodes.Status422UnprocessableEntity, ObjectionTicket? again = null)
    {
        ModelState.Clear();
        ModelState.AddModelError(field, words);
        Response.StatusCode = status;
        return await ShowAsync(cancellationToken, again);
    }

    /// <param name="again">The ticket that stays good, with its receipt; null: a new one.</param>
    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken, ObjectionTicket? again = null)
    {
        Robots("noindex, noarchive");
        if (await query.FindAsync(Id, current.IsSignedIn, null, 1, cancellationToken) is not { } notice) return TakenDown();
        Notice = notice;
        Asked = again ?? ObjectionTicket.New(Id, time.GetUtcNow());
        Ticket = Asked.Sealed(protection);
        // What was typed stays, but for what must be answered anew.
        ModelState.Remove(nameof(Ticket));
        return Page();
    }
}
