using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Programmes.Core;
using Programmes.Engine.People;
using Programmes.Web.Localisation;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Accounts;

[Authorize(Policies.Administer)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class CreateModel(ManageAccounts accounts, CurrentPerson person, Words words) : PageModel
{
    [BindProperty, Required, StringLength(64), Display(Name = "账号名|Account name")]
    public string Name { get; set; } = "";

    [BindProperty, StringLength(64), Display(Name = "姓名|Name")]
    public string? DisplayName { get; set; }

    [BindProperty, Required, Display(Name = "角色|Role")]
    public PersonRole? Role { get; set; }

    [BindProperty, StringLength(256), Display(Name = "专项工作|Programme")]
    public string? Programme { get; set; }

    [BindProperty, StringLength(256), Display(Name = "责任单位角色|Office's role")]
    public string? OfficeRole { get; set; }

    [BindProperty, StringLength(256), Display(Name = "参与单位编号|Unit")]
    public string? Unit { get; set; }

    public IReadOnlyList<(string Id, string Name)> Programmes { get; private set; } = [];

    public CreatedAccount? Created { get; private set; }

    public static Text Duty(PersonRole role) => role switch
    {
        PersonRole.Administrator => new("管理账号和设置，可办理一切事项", "accounts and settings, may do everything"),
        PersonRole.LeadingOffice => new("启动、调整专项工作，作出决定", "launches and amends programmes, decides"),
        PersonRole.Supervisor => new("查看全部进度，催办", "sees all progress, urges"),
        PersonRole.Office => new("办理方案分派给本角色的任务", "does the work of its role"),
        PersonRole.Unit => new("查看和办理本单位的任务", "sees and does its own work"),
        _ => new("只能查看", "may only look"),
    };

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        if (ModelState.IsValid)
        {
            try
            {
                Created = await accounts.CreateAsync(person.Person, new(Name, DisplayName, Role!.Value, OfficeRole, Programme, Unit), HttpContext.RequestAborted);
                return Page();
            }
            catch (RefusedException refused)
            {
                ModelState.AddModelError("", words[refused.Words]);
            }
        }

        await LoadAsync();
        return Page();
    }

    private async Task LoadAsync() => Programmes = await accounts.ProgrammesAsync(HttpContext.RequestAborted);
}
