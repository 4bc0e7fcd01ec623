using System.Linq.Expressions;
using Programmes.Engine.People;
using Programmes.Engine.Queries;
using Programmes.Storage;
using Programmes.Storage.Papers;

namespace Programmes.Engine.Papers;

/// <summary>Who may know of a paper, and for whom a person acts.</summary>
internal static class PaperRights
{
    /// <summary>Its issuer and its recipients; the leading office, supervisors and readers know of all.</summary>
    public static Expression<Func<PaperRow, bool>> Visible(ProgrammesDb db, Person person)
    {
        if (person.CanSeeAll) return paper => true;
        var served = Owners.Served(person);
        // A supervisor of a part knows of the papers that went to that part; a superior does not read its units' mail.
        var reads = person.IsSupervisor ? Owners.Or(served, Owners.Overseen(db, person)) : served;
        return Predicates.Or(
            Owners.Of<PaperRow>(reads, paper => paper.ProgrammeId, paper => paper.Issuer, paper => paper.UnitId),
            WentTo(db, reads));
    }

    /// <summary>Papers that went to an owner who passes the test.</summary>
    private static Expression<Func<PaperRow, bool>> WentTo(ProgrammesDb db, Expression<Func<string?, string?, string?, bool>> test)
    {
        var recipients = (from to in db.PaperRecipients join paper in db.Papers on to.PaperId equals paper.Id select new RecipientOf { Programme = paper.ProgrammeId, To = to })
            .Where(Owners.Of<RecipientOf>(test, one => one.Programme, one => one.To.Role, one => one.To.UnitId)).Select(one => one.To.PaperId);
        return paper => recipients.Contains(paper.Id);
    }

    /// <summary>A recipient with the programme of its paper.</summary>
    internal sealed class RecipientOf
    {
        public required string? Programme { get; init; }
        public required PaperRecipientRow To { get; init; }
    }

    public static bool IsIssuer(Person person, PaperRow paper) => person.CanManage || person.Holds(paper.Issuer, paper.ProgrammeId, paper.UnitId);

    public static bool Knows(Person person, PaperRow paper, PaperRecipientRow recipient) => person.Knows(recipient.Role, paper.ProgrammeId, recipient.UnitId);

    public static bool Holds(Person person, PaperRow paper, PaperRecipientRow recipient) => person.Holds(recipient.Role, paper.ProgrammeId, recipient.UnitId);
}
