using Microsoft.EntityFrameworkCore;
using Programmes.Engine.People;
using Programmes.Storage;

namespace Programmes.Engine.Queries;

/// <param name="Action">Such as <c>account.signed-in</c>.</param>
/// <param name="Details">The address that it came from, where it is known, and what else the audit has.</param>
public sealed record SignInLine(DateTimeOffset At, string Actor, string Action, string? Details);

/// <summary>What happened to an account: sign-ins, refusals, changes. For its owner and for administrators.</summary>
public sealed class SignInQuery(IDbContextFactory<ProgrammesDb> contexts)
{
    public const int PageSize = 30;

    /// <param name="own">The id of the account that asks.</param>
    /// <exception cref="RefusedException">It is another's account, and the person is no administrator.</exception>
    public async Task<Paged<SignInLine>> RunAsync(Person person, string own, string accountId, int page, CancellationToken cancellationToken = default)
    {
        if (own != accountId && !person.IsAdministrator) throw RefusedException.Forbidden();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await db.Audit.AsNoTracking().Where(row => row.Subject == accountId && (row.Action.StartsWith("account.") || row.Action.StartsWith("api-token."))).OrderByDescending(row => row.Id)
            .Select(row => new SignInLine(row.At, row.Actor, row.Action, row.Details)).PageAsync(page, PageSize, cancellationToken).ConfigureAwait(false);
    }
}
