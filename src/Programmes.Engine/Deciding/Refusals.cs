using Programmes.Core;
using Programmes.Engine.People;
using Programmes.Storage.Instances;

namespace Programmes.Engine.Deciding;

/// <summary>Attempts that broke a rule of the plan: told with the rule and its source, and kept in the audit trail.</summary>
internal static class Refusals
{
    public static RefusedException Of(Text words, Text source) => new(new($"{words.Zh}（依据：{source.Zh}）", $"{words.En} (source: {source.En})"));

    /// <summary>In a transaction of its own, since the attempt's is gone.</summary>
    public static async Task RecordAsync(InstanceStore store, Person person, string action, string subject, string? programme, Text words, Text source, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var transaction = await store.BeginAsync(at, PersonDoor.WaitMax, cancellationToken).ConfigureAwait(false);
        transaction.Db.Audit.Add(new()
        {
            At = at, Actor = person.Name, Action = $"refused.{action}", Subject = subject, ProgrammeId = programme, Details = $"{words.Zh}（依据：{source.Zh}）",
        });
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
