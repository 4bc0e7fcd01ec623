using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Reminders;
using Programmes.Engine.People;
using Programmes.Engine.Urging;

namespace Programmes.Web.Components;

/// <summary>What was filled in to urge; kept when it is refused.</summary>
public sealed class UrgeForm
{
    /// <summary>Ids of work items. Null until the form is sent: the binder fills no list that is there already.</summary>
    public IReadOnlyList<string>? Items { get; set; }
    public string? Text { get; set; }
    public UrgingChannel Channel { get; set; }
    public bool SkipRefused { get; set; }
}

/// <summary>A page on which one urges.</summary>
public abstract class UrgingPage : OfficePage
{
    /// <summary>Work items left out that are named in the message; the rest is counted.</summary>
    private const int LeftOutMax = 5;

    [BindProperty]
    public UrgeForm Urge { get; set; } = new();

    /// <summary>Urges, says so on the page that comes next; what is refused is shown on the same page, item by item, and nothing that was typed is lost.</summary>
    protected async Task<IActionResult> UrgeAsync(UrgeWork work, IReadOnlyList<string> items, Func<Task<IActionResult>> again, Func<IActionResult> then, CancellationToken cancellationToken)
    {
        if (ModelState.IsValid)
        {
            try
            {
                var outcome = await work.UrgeAsync(Person, new(items, Urge.Text ?? "") { Channel = Urge.Channel, SkipRefused = Urge.SkipRefused }, cancellationToken);
                this.Say(outcome.Refused.Count == 0 ? FlashKind.Success : FlashKind.Notice, Done(outcome));
                return then();
            }
            catch (UrgingRefusedException refused)
            {
                foreach (var one in refused.Refused) ModelState.AddModelError("", Words[one.Words]);
            }
            catch (RefusedException refused) when (!refused.IsForbidden)
            {
                ModelState.AddModelError("", Words[refused.Words]);
            }
        }

        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await again();
    }

    private Text Done(UrgeOutcome outcome)
    {
        var channel = UrgingWords.Of(Urge.Channel);
        var count = outcome.Urged.Count;
        var done = Urge.Channel == UrgingChannel.Mail
            ? new Text($"已催办 {count} 项，邮件发往 {outcome.Mails} 个单位", $"{count} urged; mails go to {outcome.Mails} units and offices")
            : new Text($"已登记催办 {count} 项（{channel.Zh}）", $"{count} urgings are on record ({channel.En.ToLowerInvariant()})");
        if (outcome.Refused.Count == 0) return done;
        var left = outcome.Refused.Take(LeftOutMax).Select(one => one.Words).ToList();
        var (zh, en) = outcome.Refused.Count > LeftOutMax ? ("；等", "; and others") : ("", "");
        return new($"{done.Zh}；{outcome.Refused.Count} 项没有催办：{string.Join('；', left.Select(one => one.Zh))}{zh}", $"{done.En}; {outcome.Refused.Count} were not: {string.Join("; ", left.Select(one => one.En))}{en}");
    }
}
