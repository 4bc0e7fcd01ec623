using Microsoft.EntityFrameworkCore;
using Programmes.Engine.Deciding;
using Programmes.Engine.Definitions;
using Programmes.Engine.People;
using Programmes.Storage;
using Programmes.Storage.Papers;

namespace Programmes.Engine.Papers;

/// <summary>A paper under its programme's lock, with the question answered who may do what to it.</summary>
internal sealed class PaperSession(DoorSession door, PaperRow paper, List<PaperRecipientRow> recipients) : IAsyncDisposable
{
    public DoorSession Door { get; } = door;
    public PaperRow Paper { get; } = paper;
    public IReadOnlyList<PaperRecipientRow> Recipients { get; } = recipients;

    /// <exception cref="RefusedException">There is no such paper, or the person may not know of it.</exception>
    public static async Task<PaperSession> OpenAsync(PersonDoor doors, IDbContextFactory<ProgrammesDb> contexts, long id, Person person, CancellationToken cancellationToken)
    {
        string? instance;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false))
            instance = await (from row in db.Papers.Where(PaperRights.Visible(db, person)) join programme in db.Programmes on row.ProgrammeId equals programme.Id where row.Id == id select programme.InstanceId).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var door = await doors.OpenAsync(instance ?? throw RefusedException.NotFound("此公文", "The paper"), person, cancellationToken).ConfigureAwait(false);
        try
        {
            var paper = await door.Db.Papers.SingleAsync(row => row.Id == id, cancellationToken).ConfigureAwait(false);
            return new(door, paper, await door.Db.PaperRecipients.Where(row => row.PaperId == id).OrderBy(row => row.Ordinal).ToListAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await door.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The recipients for whom the person acts.</summary>
    /// <param name="recipient">A role or a unit; the leading office acts for others only when it names them. Null: the person's own.</param>
    public List<PaperRecipientRow> ActedFor(string? recipient, bool mainOnly)
    {
        var person = Door.Person;
        var found = Recipients.Where(row => !(mainOnly && row.IsCopy)
            && (recipient is null || recipient == (row.UnitId ?? row.Role))
            && (PaperRights.Holds(person, Paper, row) || recipient is not null && person.CanManage)).ToList();
        if (found.Count > 0) return found;
        throw person.CanManage && recipient is null ? new RefusedException(new("请写明代哪个收文单位办理", "Name the recipient for whom you act")) : RefusedException.Forbidden();
    }

    public void MustBeInForce()
    {
        if (Paper.Status == PaperStatus.Withdrawn) throw new RefusedException(new($"此公文已于 {Paper.EndedOn:yyyy-MM-dd} 撤回，不能再办理", $"This paper was withdrawn on {Paper.EndedOn:yyyy-MM-dd}"));
    }

    public void MustBeIssuer()
    {
        if (!PaperRights.IsIssuer(Door.Person, Paper)) throw RefusedException.Forbidden();
    }

    public async Task<(AddressedPaper Addressed, KnownRecipients Known)> MailsAsync(DefinitionLibrary library, CancellationToken cancellationToken)
    {
        var launch = await library.LaunchAsync(Paper.ProgrammeId, Door.Instance.LaunchRevision, cancellationToken).ConfigureAwait(false);
        return (new(launch.Name, Paper, Recipients), await KnownRecipients.LoadAsync(Door.Db, Paper.ProgrammeId, [Paper.UnitId], false, cancellationToken).ConfigureAwait(false));
    }

    public ValueTask DisposeAsync() => Door.DisposeAsync();
}
