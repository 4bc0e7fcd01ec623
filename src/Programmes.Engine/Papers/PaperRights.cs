using System.Linq.Expressions;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
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
        var (programme, office, unit) = (person.ProgrammeId, person.OfficeRole, person.UnitId);
        return paper => (programme == null || paper.ProgrammeId == programme)
            && ((paper.Issuer == Roles.Unit ? unit != null && paper.UnitId == unit : office != null && paper.Issuer == office)
                || db.PaperRecipients.Any(to => to.PaperId == paper.Id && (to.Role == Roles.Unit ? unit != null && to.UnitId == unit : office != null && to.Role == office)));
    }

    public static bool IsIssuer(Person person, PaperRow paper) => person.CanManage || person.Holds(paper.Issuer, paper.ProgrammeId, paper.UnitId);

    public static bool Holds(Person person, PaperRow paper, PaperRecipientRow recipient) => person.Holds(recipient.Role, paper.ProgrammeId, recipient.UnitId);
}
