using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Reminders;
using Programmes.Engine.Contacts;
using Programmes.Engine.Queries;
using Programmes.Web.Components;

namespace Programmes.Web.Pages.Contacts;

/// <summary>Who gets the mails of an office or unit, who stands in for whom, and whom no mail reaches. A unit or office sees and keeps its own.</summary>
public sealed class IndexModel(DirectoryQuery query, ManageDirectory directory, ProgrammeQueries programmes) : OfficePage
{
    [BindProperty(SupportsGet = true)]
    public string? Programme { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Unreachable { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];
    public DirectoryShown? Found { get; private set; }
    public IReadOnlyList<SubstitutionLine> Substitutions { get; private set; } = [];

    /// <summary>What was typed and refused stays in its form.</summary>
    public ContactForm Contact { get; private set; } = new();

    /// <inheritdoc cref="Contact"/>
    public SubstitutionForm Away { get; private set; } = new();

    public async Task OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken);

    public Task<IActionResult> OnPostAddAsync(ContactForm contact, CancellationToken cancellationToken)
    {
        Contact = contact;
        return DoAsync(() => directory.AddContactAsync(Person, new(Programme ?? "", contact.Role ?? "", contact.Unit, contact.Person ?? "", contact.Mail ?? "", contact.Duty), cancellationToken), new("已增加联系人", "The contact was added"), cancellationToken);
    }

    public Task<IActionResult> OnPostRemoveAsync(long id, CancellationToken cancellationToken) =>
        DoAsync(() => directory.RemoveContactAsync(Person, id, cancellationToken), new("已删去联系人", "The contact was removed"), cancellationToken);

    public Task<IActionResult> OnPostSubstituteAsync(SubstitutionForm away, CancellationToken cancellationToken)
    {
        Away = away;
        return DoAsync(() => directory.SubstituteAsync(Person, new(away.Mail ?? "", away.By ?? "", away.ByMail ?? "", away.From ?? default, away.Until ?? default, away.Reason), cancellationToken), new("已登记代理", "The substitution is registered"), cancellationToken);
    }

    public Task<IActionResult> OnPostEndAsync(long id, CancellationToken cancellationToken) =>
        DoAsync(() => directory.EndSubstitutionAsync(Person, id, cancellationToken), new("代理已结束", "The substitution is over"), cancellationToken);

    public static Text DutyWords(ContactDuty duty) => duty switch
    {
        ContactDuty.Head => new("负责人", "Head"),
        ContactDuty.Fallback => new("备用联系人", "Fallback"),
        _ => new("经办人", "Handler"),
    };

    private Task<IActionResult> DoAsync(Func<Task> act, Text done, CancellationToken cancellationToken) => ActAsync(
        act, done,
        async () =>
        {
            await LoadAsync(cancellationToken);
            return Page();
        },
        () => RedirectToPage(new { programme = Programme, unreachable = Unreachable ? "true" : null, name = Name, p = PageNumber > 1 ? PageNumber : (int?)null }));

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Programmes = await programmes.NamesAsync(Person, cancellationToken);
        if (Programmes.Count > 0 && !Programmes.Any(one => one.Id == Programme)) Programme = Programmes[0].Id;
        Substitutions = await query.SubstitutionsAsync(Person, cancellationToken);
        if (Programmes.Count > 0) Found = await query.RunAsync(Person, Programme!, Unreachable, Name, PageNumber, cancellationToken);
    }
}

public sealed class ContactForm
{
    public string? Role { get; set; }
    public string? Unit { get; set; }
    public string? Person { get; set; }
    public string? Mail { get; set; }
    public ContactDuty Duty { get; set; }

    public bool IsFor(DirectoryLine line) => Role == line.Role && (Unit ?? "") == (line.UnitId ?? "");
}

public sealed class SubstitutionForm
{
    public string? Mail { get; set; }
    public string? By { get; set; }
    public string? ByMail { get; set; }
    public DateOnly? From { get; set; }
    public DateOnly? Until { get; set; }
    public string? Reason { get; set; }
}
