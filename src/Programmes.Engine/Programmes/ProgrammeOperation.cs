using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Programmes.Core;
using Programmes.Core.Programmes;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.Programmes;

namespace Programmes.Engine.Programmes;

/// <summary>Something open that a change of the programme concerned.</summary>
/// <param name="Kind"><c>work-item</c>, <c>row</c> of a batch step, <c>objection</c>, <c>ledger-entry</c>, <c>notice</c>.</param>
/// <param name="Id">Of the work item, or of what holds the row.</param>
public sealed record OpenThing(string Kind, string Id, Text Title, DateOnly? DueOn);

/// <summary>What came of a change.</summary>
/// <param name="Kind">As in the history, see <see cref="ProgrammeHistory"/>.</param>
/// <param name="Subject">The unit or the role; null: the programme itself.</param>
/// <param name="LaunchRevision">The launch in force afterwards.</param>
/// <param name="Open">Open things that were taken back, handed on or moved.</param>
public sealed record ChangeOutcome(string Kind, string? Subject, DateOnly On, int LaunchRevision, IReadOnlyList<OpenThing> Open);

/// <summary>
/// A change of a running programme under way. It holds the lock of the programme's own instance, so that two changes never
/// cross; it leaves a row of history, an event and an audit entry in the same commit, or nothing.
/// </summary>
internal sealed class ProgrammeOperation : IAsyncDisposable
{
    /// <summary>Longest reason, in characters.</summary>
    public const int ReasonLengthMax = 1_000;

    private static readonly JsonSerializerOptions DetailsJson = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string action;
    private readonly string reason;
    private readonly string? document;

    private ProgrammeOperation(DoorSession session, ProgrammeRow programme, Launch launch, string action, string reason, string? document)
    {
        Session = session;
        Programme = programme;
        Launch = launch;
        LaunchRevision = programme.LaunchRevision;
        this.action = action;
        this.reason = reason;
        this.document = document;
    }

    public DoorSession Session { get; }
    public ProgrammesDb Db => Session.Db;
    public string Id => Programme.Id;
    public string Reason => reason;
    public string? Document => document;

    /// <summary>As it was when the change began; not tracked.</summary>
    public ProgrammeRow Programme { get; }

    /// <summary>The launch in force, with what this change has amended so far.</summary>
    public Launch Launch { get; private set; }
    public int LaunchRevision { get; private set; }

    /// <param name="action">As in the audit: <c>programme.unit-withdrawn</c>.</param>
    /// <param name="document">The number of the document that approves it; null or empty: none.</param>
    /// <exception cref="RefusedException">The person may not, gives no reason, or there is no such running programme.</exception>
    public static async Task<ProgrammeOperation> OpenAsync(
        PersonDoor doors, DefinitionLibrary library, string programme, Person person, string action, string reason, string? document, bool evenSuspended, CancellationToken cancellationToken)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        if (string.IsNullOrWhiteSpace(reason)) throw new RefusedException(new("请写明理由", "Give the reason"));
        if (reason.Trim().Length > ReasonLengthMax) throw new RefusedException(new($"理由最长 {ReasonLengthMax} 字", $"A reason has at most {ReasonLengthMax} characters"));
        // A programme's own instance has the programme's id.
        var session = evenSuspended
            ? await doors.OpenEvenSuspendedAsync(programme, person, cancellationToken).ConfigureAwait(false)
            : await doors.OpenAsync(programme, person, cancellationToken).ConfigureAwait(false);
        try
        {
            var row = await session.Db.Programmes.AsNoTracking().FirstOrDefaultAsync(one => one.Id == programme, cancellationToken).ConfigureAwait(false)
                ?? throw RefusedException.NotFound($"专项工作“{programme}”", $"The programme \"{programme}\"");
            var launch = await library.LaunchAsync(programme, row.LaunchRevision, cancellationToken).ConfigureAwait(false);
            var operation = new ProgrammeOperation(session, row, launch, action, reason.Trim(), string.IsNullOrWhiteSpace(document) ? null : document.Trim());
            if (row.Status != ProgrammeStatus.Running)
                throw await operation.RefuseAsync(
                    new($"专项工作已{(row.Status == ProgrammeStatus.Finished ? "结束" : "撤销")}，不能再变更", "The programme is over and can no longer be changed"),
                    new("已结束的专项工作只供查阅", "what is over is a record"), cancellationToken).ConfigureAwait(false);
            return operation;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Refuses, and records the attempt; the caller throws what is returned.</summary>
    public Task<RefusedException> RefuseAsync(Text words, Text source, CancellationToken cancellationToken) =>
        Session.RefuseAsync(action, Id, words, source, cancellationToken);

    /// <summary>A new revision of the launch, which must read as a launch file does. Decisions of this transaction come before it: they see the launch before.</summary>
    public async Task ReviseAsync(Launch amended, CancellationToken cancellationToken)
    {
        var json = LaunchWriter.Write(amended);
        var reading = LaunchReader.Read(json, Id);
        if (reading.Launch is null)
            throw await RefuseAsync(reading.Problems.First(problem => problem.Severity == ProblemSeverity.Error).Message, new("启动文件的格式", "the launch file's format"), cancellationToken).ConfigureAwait(false);
        await Db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        LaunchRevision = await Session.Transaction.Launches.ReviseAsync(Id, json, Session.Person.Name, reason, Session.Now, cancellationToken).ConfigureAwait(false);
        Launch = amended;
    }

    /// <summary>History, event and audit, and the commit.</summary>
    /// <param name="title">The event's words, on the programme's timeline.</param>
    public async Task<ChangeOutcome> CommitAsync(
        ProgrammeChangeKind kind, string? subject, Text title, object? details, IReadOnlyList<OpenThing> open, int? batch, string? unit, CancellationToken cancellationToken)
    {
        Record(kind, subject, title, details, batch, unit);
        await Session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new(ProgrammeHistory.KeyOf(kind), subject, Session.Today, LaunchRevision, open);
    }

    /// <summary>History, event and audit of one change, committed with the rest.</summary>
    /// <inheritdoc cref="CommitAsync" path="/param"/>
    public void Record(ProgrammeChangeKind kind, string? subject, Text title, object? details, int? batch, string? unit)
    {
        Db.ProgrammeChanges.Add(new()
        {
            ProgrammeId = Id, Kind = kind, Subject = subject, ChangedAt = Session.Now, ChangedOn = Session.Today, ChangedBy = Session.Person.Name, Reason = reason,
            Details = details is null ? null : JsonSerializer.Serialize(details, DetailsJson), LaunchRevision = LaunchRevision, DocumentNumber = document,
        });
        Db.Events.Add(new()
        {
            ProgrammeId = Id, Batch = batch, UnitId = unit, InstanceId = Programme.InstanceId, Kind = ProgrammeHistory.KeyOf(kind),
            TitleZh = $"{title.Zh}：{reason}", TitleEn = $"{title.En}: {reason}", HappenedOn = Session.Today, RecordedAt = Session.Now,
        });
        Session.Audit(action, subject is null ? Id : $"{Id}/{subject}", document is null ? reason : $"{reason}（{document}）");
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
