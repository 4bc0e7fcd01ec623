using Microsoft.AspNetCore.Mvc;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Reminders;
using Programmes.Engine.Launching;
using Programmes.Engine.Queries;

namespace Programmes.Web.Pages.Launching;

/// <summary>A reminder policy under a plain name.</summary>
public sealed record ReminderChoice(string Key, Text Name, ReminderPolicy Policy);

public sealed class RemindersModel(LaunchDrafts drafts, CalendarQuery calendar) : DraftPage(drafts)
{
    private const int ShownMax = 30;

    public static readonly IReadOnlyList<ReminderChoice> Choices =
    [
        new("usual", new("通常", "As usual"), ReminderPolicy.Default),
        new("close", new("较密", "Closer"), Parse("20, 10, 5 and 1 working days before, on the day, 1 working day after, then every 3 working days, at most 10, escalate after 1, supervisor after 2")),
        new("late", new("只在逾期后", "Only when late"), Parse("1 working day after, then every 5 working days, at most 6, escalate after 1, supervisor after 3")),
        new("none", new("不提醒", "Never"), ReminderPolicy.None),
    ];

    [BindProperty]
    public string Choice { get; set; } = "usual";

    [BindProperty]
    public string? Own { get; set; }

    [BindProperty]
    public int? Every { get; set; }

    [BindProperty]
    public IReadOnlyList<NamedValue>? StepRules { get; set; }

    /// <summary>The due date of the example.</summary>
    [BindProperty(SupportsGet = true)]
    public DateOnly? Due { get; set; }

    public override DraftStep Step => DraftStep.Reminders;
    public IReadOnlyList<(string Id, string Title)> Steps { get; private set; } = [];
    public DateOnly DueOn { get; private set; }
    public IReadOnlyList<ReminderDay> Mornings { get; private set; } = [];

    public string? OfStep(string step) => StepRules?.FirstOrDefault(rule => rule.Name == step) is { } typed ? typed.Value : Draft.Launch.StepReminders.GetValueOrDefault(step);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken)) return NotFound();
        Fill();
        await ShowAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await SaveAsync(launch => launch with
        {
            Reminders = Choice == "own" ? Own?.Trim() is { Length: > 0 } own ? own : null : Choice == "usual" ? null : Choices.FirstOrDefault(choice => choice.Key == Choice)?.Policy.Words.En,
            UrgeEveryWorkingDays = Every,
            StepReminders = (StepRules ?? []).Where(rule => rule.Name is not null && !string.IsNullOrWhiteSpace(rule.Value)).DistinctBy(rule => rule.Name).ToDictionary(rule => rule.Name!, rule => rule.Value!.Trim()),
        }, null, () => { }, cancellationToken);
        if (Draft is not null) await ShowAsync(cancellationToken);
        return result;
    }

    private void Fill()
    {
        var launch = Draft.Launch;
        Every = launch.UrgeEveryWorkingDays;
        Choice = launch.Reminders is not { } text ? "usual" : Choices.FirstOrDefault(choice => ReminderPolicy.TryParse(text, out var policy, out _, out _) && policy!.Words == choice.Policy.Words)?.Key ?? "own";
        Own = Choice == "own" ? launch.Reminders : null;
    }

    private async Task ShowAsync(CancellationToken cancellationToken)
    {
        Steps = await Drafts.RemindedStepsAsync(Draft.Launch, cancellationToken);
        var today = calendar.Today;
        DueOn = Due is { } asked && asked > WorkingDayCalendar.MinDate.AddYears(1) && asked < WorkingDayCalendar.MaxDate.AddYears(-2) ? asked : (Draft.Launch.StartsOn > today ? Draft.Launch.StartsOn : today).AddDays(40);
        var policy = Draft.Launch.Reminders is { } text && ReminderPolicy.TryParse(text, out var own, out _, out _) ? own! : ReminderPolicy.Default;
        var mornings = new List<ReminderDay>();
        for (var next = policy.Next(DueOn.AddDays(-60), DueOn, null, WorkingDayCalendar.Official); next is { } day && mornings.Count < ShownMax; next = policy.Next(DueOn.AddDays(-60), DueOn, day.On, WorkingDayCalendar.Official)) mornings.Add(day);
        Mornings = mornings;
    }

    private static ReminderPolicy Parse(string text) => ReminderPolicy.TryParse(text, out var policy, out _, out _) ? policy! : throw new InvalidOperationException(text);
}
