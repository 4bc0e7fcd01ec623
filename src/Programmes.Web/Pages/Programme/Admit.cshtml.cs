using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Engine.Exports.Sheets;
using Programmes.Engine.Launching;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.Queries;
using Programmes.Web.Components;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Programme;

/// <summary>
/// Many units join a running programme by one Excel list: it is checked row by row and shown first. Nothing is kept between the
/// two steps but what the form itself carries, so that any node serves the next one.
/// </summary>
[Authorize(Policies.Manage)]
[RequestFormLimits(MultipartBodyLengthLimit = XlsxReader.LengthMaxBytes + 1024 * 1024)]
[RequestSizeLimit(XlsxReader.LengthMaxBytes + 1024 * 1024)]
public sealed class AdmitModel(ProgrammeQueries programmes, AdmitUnits admit) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>The number of the document that approves it.</summary>
    [BindProperty]
    public string? Document { get; set; }

    /// <summary>The rows that were sent, as <see cref="AdmitUnits.Pack"/> wrote them.</summary>
    [BindProperty]
    public string? Rows { get; set; }

    public ProgrammeHead Head { get; private set; } = null!;
    public AdmissionPreview? Preview { get; private set; }

    public bool MayChange => Head.State == ProgrammeState.Running && Head.SuspendedOn is null;

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(null, cancellationToken);

    public async Task<IActionResult> OnPostPreviewAsync(IFormFile? file, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<UnitRowRead> rows;
            if (file is { Length: > 0 })
            {
                using var copy = new MemoryStream();
                await file.CopyToAsync(copy, cancellationToken);
                rows = AdmitUnits.Read(copy);
            }
            else if (string.IsNullOrEmpty(Rows))
            {
                throw new RefusedException(new("请选择填好的名单", "Choose the list"));
            }
            else
            {
                rows = AdmitUnits.Unpack(Rows);
            }

            return await ShowAsync(rows, cancellationToken);
        }
        catch (RefusedException refused) when (!refused.IsForbidden)
        {
            ModelState.AddModelError("file", Words[refused.Words]);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return await ShowAsync(null, cancellationToken);
        }
    }

    public async Task<IActionResult> OnPostAdmitAsync(CancellationToken cancellationToken)
    {
        try
        {
            var rows = AdmitUnits.Unpack(Rows);
            AdmissionOutcome? outcome = null;
            try
            {
                outcome = await admit.RunAsync(Person, Id, rows, Reason ?? "", Document, cancellationToken);
            }
            catch (RefusedException refused) when (!refused.IsForbidden)
            {
                ModelState.AddModelError("", Words[refused.Words]);
                Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
                return await ShowAsync(rows, cancellationToken);
            }

            this.Say(FlashKind.Success, new($"{outcome.Admitted.Count} 个单位已加入，其流程随即开始", $"{outcome.Admitted.Count} units have joined; their work begins"));
            return RedirectToPage("/Programme/Manage", new { id = Id });
        }
        catch (RefusedException refused) when (!refused.IsForbidden)
        {
            ModelState.AddModelError("file", Words[refused.Words]);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return await ShowAsync(null, cancellationToken);
        }
    }

    public Task<IActionResult> OnGetTemplateAsync(CancellationToken cancellationToken) => SendAsync(() => admit.TemplateAsync(Person, Id, Words.Language, cancellationToken));

    /// <summary>The list with the refused cells marked, to be corrected and sent again.</summary>
    public Task<IActionResult> OnPostMarkedAsync(CancellationToken cancellationToken) =>
        SendAsync(() => admit.MarkedAsync(Person, Id, AdmitUnits.Unpack(Rows), Document, Words.Language, cancellationToken));

    private async Task<IActionResult> SendAsync(Func<Task<Engine.Exports.ExportFile>> make)
    {
        try
        {
            var file = await make();
            return File(file.Content, file.MediaType, file.Name);
        }
        catch (RefusedException refused) when (!refused.IsForbidden)
        {
            return NotFound();
        }
    }

    private async Task<IActionResult> ShowAsync(IReadOnlyList<UnitRowRead>? rows, CancellationToken cancellationToken)
    {
        if (await programmes.HeadAsync(Person, Id, cancellationToken) is not { } head) return NotFound();
        Head = head;
        ShowClock(head.IsDemonstration, head.Now);
        if (rows is null || head.State != ProgrammeState.Running) return Page();
        Preview = await admit.PreviewAsync(Person, Id, rows, Document, cancellationToken);
        ModelState.Remove(nameof(Rows));
        Rows = AdmitUnits.Pack(rows);
        return Page();
    }
}
