using Programmes.Engine.People;
using Programmes.Storage.Notices;

namespace Programmes.Engine.Notices;

/// <summary>How an objection reached the office.</summary>
public enum ObjectionSource { RealName, Sealed, Anonymous }

public static class FileObjection
{
    /// <summary>Files an objection as a form names its source. Returns whether it counts; otherwise it is kept as a lead.</summary>
    public static async Task<bool> FileObjectionAsync(this ObjectToNotice notices, Person person, string notice, string unit, ObjectionSource source, string text, string? author, string? contact, CancellationToken cancellationToken = default)
    {
        var kind = source switch
        {
            ObjectionSource.Sealed => ObjectionKind.Sealed,
            ObjectionSource.Anonymous => ObjectionKind.Anonymous,
            _ => ObjectionKind.RealName,
        };
        var (_, status) = await notices.FileAsync(person, notice, new(unit, kind, text, author, contact), cancellationToken).ConfigureAwait(false);
        return status == ObjectionStatus.Filed;
    }
}
