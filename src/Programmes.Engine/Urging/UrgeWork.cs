using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.Mail;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.Programmes;
using Programmes.Storage.WorkItems;

namespace Programmes.Engine.Urging;

/// <summary>One or many open work items of a programme that somebody wants urged.</summary>
/// <param name="Words">What is said; several lines.</param>
public sealed record UrgeAct(IReadOnlyList<string> WorkItems, string Words)
{
    /// <summary>Null: that of the first work item.</summary>
    public string? Programme { get; init; }

    public UrgingChannel Channel { get; init; }

    /// <summary>Those that cannot be urged are left out; else one of them stops the whole act.</summary>
    public bool SkipRefused { get; init; }
}

/// <summary>A work item that was not urged, and why.</summary>
/// <param name="Title">The id where the person may not know of it.</param>
/// <param name="Owner">The unit or office that owes it; null where the person may not know of it.</param>
public sealed record RefusedUrging(string WorkItem, Text Title, string? Owner, Text Why)
{
    public Text Words => Owner is null ? new($"“{Title.Zh}”：{Why.Zh}", $"\"{Title.En}\": {Why.En}") : new($"{Owner}“{Title.Zh}”：{Why.Zh}", $"{Owner}, \"{Title.En}\": {Why.En}");
}

/// <param name="Act">The same on all rows of this urging.</param>
/// <param name="Urged">Ids of work items.</param>
/// <param name="Mails">Units and offices to which a mail goes.</param>
/// <param name="Refused">Left out, as the person wished.</param>
public sealed record UrgeOutcome(string Act, DateOnly On, IReadOnlyList<string> Urged, int Mails, IReadOnlyList<RefusedUrging> Refused);

/// <summary>Nobody was urged, because of these work items.</summary>
#pragma warning disable CA1032 // It is never thrown without what it refuses.
public sealed class UrgingRefusedException(IReadOnlyList<RefusedUrging> refused) : RefusedException(WordsOf(refused))
#pragma warning restore CA1032
{
    /// <summary>Work items named in the words; the rest is counted.</summary>
    public const int NamedMax = 20;

    public IReadOnlyList<RefusedUrging> Refused { get; } = refused;

    private static Text WordsOf(IReadOnlyList<RefusedUrging> refused)
    {
        var named = refused.Take(NamedMax).Select(one => one.Words).ToList();
        var (zh, en) = refused.Count > NamedMax ? ($"；另有 {refused.Count - NamedMax} 项", $"; and {refused.Count - NamedMax} more") : ("", "");
        return new($"有 {refused.Count} 项不能催办，都没有催办：{string.Join('；', named.Select(one => one.Zh))}{zh}", $"{refused.Count} cannot be urged, so none was: {string.Join("; ", named.Select(one => one.En))}{en}");
    }
}

/// <summary>
/// 催办, by hand, for one or many: a row, an event and, by mail, a request for each unit or office, in one transaction. What becomes of
/// the mails is read from the outbox. Calls, messages and visits are only put on record.
/// </summary>
public sealed class UrgeWork(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts, DefinitionLibrary library, CalendarSource calendars, MailSettings settings)
{
    /// <summary>Work items of one act.</summary>
    public const int ItemsMax = 500;

    /// <summary>Longest text, in characters.</summary>
    public const int WordsLengthMax = 500;

    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed record Found(WorkItemRow Item, UnitRow? Unit, string Owner);

    /// <exception cref="UrgingRefusedException">Some cannot be urged and were not to be left out, or none can.</exception>
    /// <exception cref="RefusedException">The person may urge nobody, the words are missing or too long, the programme is suspended or over.</exception>
    public async Task<UrgeOutcome> UrgeAsync(Person person, UrgeAct act, CancellationToken cancellationToken = default)
    {
        if (!UrgingRights.MayUrgeSomebody(person)) throw RefusedException.Forbidden();
        var words = CheckedWords(act.Words);
        List<string> ids = [.. act.WorkItems.Distinct(StringComparer.Ordinal)];
        if (ids.Count == 0) throw new RefusedException(new("请选择要催办的任务", "Choose the work items to urge"));
        if (ids.Count > ItemsMax) throw new RefusedException(new($"一次最多催办 {ItemsMax} 项，现为 {ids.Count} 项", $"At most {ItemsMax} are urged at once, not {ids.Count}"));

        await using var session = await OpenAsync(person, act.Programme, ids, cancellationToken).ConfigureAwait(false);
        var programme = session.Instance.Programme!;
        var launch = await library.LaunchAsync(programme, session.Instance.LaunchRevision, cancellationToken).ConfigureAwait(false);
        var (urged, refused) = await JudgeAsync(session, act.Channel, ids, launch, cancellationToken).ConfigureAwait(false);
        if (refused.Count > 0 && (!act.SkipRefused || urged.Count == 0)) throw new UrgingRefusedException(refused);

        var name = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        var mails = 0;
        foreach (var group in urged.GroupBy(one => (one.Item.Role, Unit: one.Item.Role == Roles.Unit ? one.Item.UnitId : null)))
        {
            List<Found> items = [.. group];
            var request = act.Channel == UrgingChannel.Mail ? Request(session, launch, name, words, group.Key.Role, group.Key.Unit, items) : null;
            if (request is not null) mails++;
            foreach (var (item, _, _) in items) Record(session, name, act.Channel, words, item, request);
        }

        session.Audit("work-item.urged", programme, string.Create(CultureInfo.InvariantCulture, $"{name}: {UrgingWords.Of(act.Channel).Zh}，{urged.Count} 项"));
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new(name, session.Today, [.. urged.Select(one => one.Item.Id)], mails, refused);
    }

    /// <summary>Under the programme's lock, so that two people do not urge the same at the same moment.</summary>
    private async Task<DoorSession> OpenAsync(Person person, string? programme, List<string> ids, CancellationToken cancellationToken)
    {
        ProgrammeRow? row;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
        {
            if (programme is null)
            {
                var programmes = await db.WorkItems.Where(one => ids.Contains(one.Id)).Select(one => new { one.Id, one.ProgrammeId }).ToDictionaryAsync(one => one.Id, one => one.ProgrammeId, cancellationToken).ConfigureAwait(false);
                List<string> named = [.. programmes.Values.OfType<string>().Distinct()];
                var known = await db.ProgrammesOf(person).Where(one => named.Contains(one.Id)).Select(one => one.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
                programme = ids.Select(id => programmes.GetValueOrDefault(id)).FirstOrDefault(id => id is not null && known.Contains(id)) ?? throw RefusedException.NotFound("此任务", "The work item");
            }

            row = await db.ProgrammesOf(person).AsNoTracking().FirstOrDefaultAsync(one => one.Id == programme, cancellationToken).ConfigureAwait(false);
        }

        if (row is null) throw RefusedException.NotFound("此专项工作", "The programme");
        if (row.Status != ProgrammeStatus.Running) throw new RefusedException(new($"专项工作已{(row.Status == ProgrammeStatus.Finished ? "结束" : "撤销")}，不再催办", "The programme is over; nobody is urged any more"));
        return await doors.OpenAsync(row.InstanceId, person, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(List<Found> Urged, List<RefusedUrging> Refused)> JudgeAsync(DoorSession session, UrgingChannel channel, List<string> ids, Launch launch, CancellationToken cancellationToken)
    {
        var db = session.Db;
        var items = await db.WorkItems.AsNoTracking().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken).ConfigureAwait(false);
        var unitIds = items.Values.Select(row => row.UnitId).OfType<string>().Distinct().ToList();
        var units = await db.Units.AsNoTracking().Where(row => row.ProgrammeId == launch.Id && unitIds.Contains(row.UnitId)).ToDictionaryAsync(row => row.UnitId, cancellationToken).ConfigureAwait(false);
        var offices = await db.Offices.AsNoTracking().Where(row => row.ProgrammeId == launch.Id).ToDictionaryAsync(row => row.Role, row => row.Name, cancellationToken).ConfigureAwait(false);
        var last = await db.Urgings.Where(row => ids.Contains(row.WorkItemId) && row.Channel == UrgingChannel.Mail)
            .GroupBy(row => row.WorkItemId).Select(group => new { group.Key, On = group.Max(row => row.UrgedOn) }).ToDictionaryAsync(row => row.Key, row => row.On, cancellationToken).ConfigureAwait(false);
        var every = launch.UrgeEveryWorkingDays ?? UrgingRule.EveryWorkingDaysDefault;

        var urgeable = (await db.WorkItems.Where(row => ids.Contains(row.Id)).Where(UrgingRights.Urgeable(db, session.Person)).Select(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        var visible = (await db.WorkItems.Where(row => ids.Contains(row.Id)).Where(Visibility.Work(db, session.Person)).Select(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        var (urged, refused) = (new List<Found>(), new List<RefusedUrging>());
        foreach (var id in ids)
        {
            var item = items.GetValueOrDefault(id);
            var unit = item is { UnitId: { } of } && item.ProgrammeId == launch.Id ? units.GetValueOrDefault(of) : null;
            var may = urgeable.Contains(id);
            if (item is null || !may && !visible.Contains(id))
            {
                refused.Add(new(id, Text.Same(id), null, new("没有找到此任务", "It was not found")));
                continue;
            }

            var owner = item.Role == Roles.Unit ? unit?.Name ?? item.UnitId ?? item.Role : offices.GetValueOrDefault(item.Role, item.Role);
            var why = item.ProgrammeId != launch.Id ? new("属于另一专项工作，请分别催办", "It belongs to another programme; urge it there")
                : !may ? new("您无权催办此任务", "You are not permitted to urge it")
                : UrgingRule.Hindrance(
                    new(item.ClosedOn is not null, item.Status == WorkItemStatus.Submitted, item.Suspended, item.Role == Roles.Unit ? unit?.LeftOn : null, last.TryGetValue(id, out var on) ? on : null),
                    channel, session.Today, every, calendars.Current);
            if (why is { } hindrance) refused.Add(new(id, new(item.TitleZh, item.TitleEn), owner, hindrance));
            else urged.Add(new(item, unit, owner));
        }

        return (urged, refused);
    }

    /// <summary>One mail for each unit or office, however many of its work items are urged. Returns its key.</summary>
    private string Request(DoorSession session, Launch launch, string act, string words, string role, string? unit, List<Found> items)
    {
        var key = $"urge|{act}|{role}|{unit}";
        var lines = items.OrderBy(one => one.Item.DueOn ?? DateOnly.MaxValue).ThenBy(one => one.Item.Id, StringComparer.Ordinal).Take(UrgingMail.LinesMax).Select(one => UrgingRule.Line(
            new(one.Item.Id, new(one.Item.TitleZh, one.Item.TitleEn), launch.Name, one.Unit?.Name, one.Item.Clause, one.Item.DueOn, [], false, $"/work/{Uri.EscapeDataString(one.Item.Id)}"),
            session.Today, calendars.Current)).ToList();
        var mail = new UrgingMail(MailRequests.ToWhoever, act, launch.Name, session.Today, OfficeOf(session.Person, launch), words, lines, items.Count - lines.Count, "/work");
        session.Db.MailRequests.Add(MailRequests.Of(key, launch.Id, role, unit, MailModel.Urging, mail, session.Transaction.Now, items.Count == 1 ? items[0].Item.Id : null));
        return key;
    }

    private static void Record(DoorSession session, string act, UrgingChannel channel, string words, WorkItemRow item, string? request)
    {
        session.Db.Urgings.Add(new()
        {
            Act = act, ProgrammeId = item.ProgrammeId!, WorkItemId = item.Id, Role = item.Role, UnitId = item.UnitId, DueOn = item.DueOn, Text = words, Channel = channel,
            UrgedAt = session.Now, UrgedOn = session.Today, UrgedBy = session.Person.Name, RequestKey = request,
        });
        session.Db.WorkItemEvents.Add(new()
        {
            WorkItemId = item.Id, Kind = WorkItemEventKind.Urged, At = session.Now, Actor = session.Person.Name, Reason = words, Details = JsonSerializer.Serialize(new { act, channel = channel.ToString() }, Readable),
        });
    }

    /// <summary>In whose name the mail is written: an office, never a person.</summary>
    private string OfficeOf(Person person, Launch launch)
    {
        var role = person.OfficesIn(launch.Id).FirstOrDefault() ?? (person.IsSupervisor && !person.CanManage ? launch.SupervisorRole : null);
        return role is not null && launch.Offices.TryGetValue(role, out var office) ? office.Name : settings.From.Name ?? settings.From.Address;
    }

    private static string CheckedWords(string? typed)
    {
        var lines = (typed ?? "").ReplaceLineEndings("\n").Split('\n').Select(line => string.Concat(line.Select(character => char.IsControl(character) ? ' ' : character)).TrimEnd());
        var words = string.Join('\n', lines).Trim();
        if (words.Length == 0) throw new RefusedException(new("请写明催办内容", "Write what is to be said"));
        return words.Length <= WordsLengthMax ? words : throw new RefusedException(new($"催办内容最长 {WordsLengthMax} 字，现为 {words.Length} 字", $"The text has at most {WordsLengthMax} characters, not {words.Length}"));
    }
}
