using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Programmes.Core.Programmes;
using Programmes.Engine.Launching;
using Programmes.Web.Components;
using Programmes.Web.Pages.Programme;
using Programmes.Web.People;

namespace Programmes.Web.Pages.Launching;

/// <summary>Where a launch begins: a plan, a file, a draft to go on with, or a sample to look at.</summary>
[Authorize(Policies.Manage)]
[RequestFormLimits(ValueLengthLimit = LaunchReader.LengthMax * 3, MultipartBodyLengthLimit = LaunchReader.LengthMax * 3L)]
public sealed class IndexModel(LaunchDrafts drafts, LoadSample load, SampleLaunches samples) : OfficePage
{
    private const int ErrorsShownMax = 50;

    public IReadOnlyList<SampleLaunch> Samples { get; private set; } = [];
    public IReadOnlyList<LaunchDraftLine> Drafts { get; private set; } = [];
    public IReadOnlyList<(string Id, string Name, int Version)> Plans { get; private set; } = [];

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public async Task<IActionResult> OnPostBeginAsync(string? plan, IFormFile? file, string? pasted, CancellationToken cancellationToken)
    {
        var json = file is { Length: > 0 } ? await TextOfAsync(file, cancellationToken) : string.IsNullOrWhiteSpace(pasted) ? null : pasted;
        Core.Programmes.Launch? launch = null;
        if (json is not null)
        {
            var reading = LaunchReader.Read(json, file?.FileName ?? "launch.json");
            launch = reading.Launch;
            foreach (var problem in launch is null ? reading.Problems.Where(problem => problem.Severity == Core.ProblemSeverity.Error).Take(ErrorsShownMax) : [])
                ModelState.AddModelError("", problem.Property is null ? Words[problem.Message] : $"{problem.Property}：{Words[problem.Message]}");
        }
        else if ((await drafts.PlansAsync(Person, cancellationToken)).FirstOrDefault(one => one.Id == plan) is { Id: not null } chosen)
        {
            launch = LaunchDrafts.Blank(chosen.Id, chosen.Name, await samples.OfAsync(chosen.Id, cancellationToken));
        }
        else
        {
            ModelState.AddModelError("plan", Words["请选择方案，或上传启动文件", "Choose a plan, or upload a launch file"]);
        }

        var id = 0L;
        return await ActAsync(async () => id = await drafts.CreateAsync(Person, launch!, cancellationToken), new("草稿已建立", "The draft is made"), () => ShowAsync(cancellationToken),
            () => Redirect(Url.Content($"~/programmes/launch/{id}/{(json is null ? "basics" : "rehearsal")}")));
    }

    public async Task<IActionResult> OnPostSampleAsync(string? sample, CancellationToken cancellationToken)
    {
        var json = sample is null ? null : await samples.ReadAsync(sample, cancellationToken);
        if (json is null) ModelState.AddModelError("", Words["没有这个样例", "There is no such sample"]);
        var id = "";
        return await ActAsync(async () => id = await load.LoadAsync(Person, json!, Words.Language, cancellationToken),
            new("样例已载入，任务正在生成，稍后刷新即可看到；邮件不会发出", "The sample is loaded; its work is being set up, reload in a moment. Its mails go nowhere"), () => ShowAsync(cancellationToken), () => Redirect(Url.Content($"~/programmes/{id}")));
    }

    public Task<IActionResult> OnPostDiscardAsync(long id, CancellationToken cancellationToken) =>
        ActAsync(() => drafts.DiscardAsync(Person, id, cancellationToken), new("草稿已删去", "The draft is discarded"), () => ShowAsync(cancellationToken), () => RedirectToPage());

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        (Samples, Drafts, Plans) = (samples.List(), await drafts.ListAsync(Person, cancellationToken), await drafts.PlansAsync(Person, cancellationToken));
        return Page();
    }

    private static async Task<string> TextOfAsync(IFormFile file, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(file.OpenReadStream());
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
