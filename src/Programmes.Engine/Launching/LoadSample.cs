using System.Globalization;
using Programmes.Core;
using Programmes.Core.Calendars;
using Programmes.Core.Programmes;
using Programmes.Engine.People;

namespace Programmes.Engine.Launching;

/// <summary>A shipped sample on a clock of its own, to look around in: its name says that it is one, and its mails go nowhere.</summary>
public sealed class LoadSample(LaunchProgramme launches, TimeProvider time)
{
    /// <summary>Stands before the name of a sample.</summary>
    public static readonly Text Mark = new("【示例】", "[Sample] ");

    private const int IdKeptMax = 27;

    /// <summary>Loads it and returns the programme's id, which is new each time.</summary>
    /// <param name="json">A launch file.</param>
    /// <exception cref="RefusedException">The person does not manage programmes, or the sample cannot be launched.</exception>
    public async Task<string> LoadAsync(Person person, string json, string language, CancellationToken cancellationToken = default)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        if (LaunchReader.Read(json, "").Launch is not { } launch) throw Unfit();
        var now = time.GetUtcNow().ToOffset(ChinaTime.Offset);
        var id = $"{(launch.Id.Length <= IdKeptMax ? launch.Id : launch.Id[..IdKeptMax]).TrimEnd('-')}-{now.ToString("yyMMddHHmmss", CultureInfo.InvariantCulture)}";
        try
        {
            return await launches.LaunchAsync(person, LaunchWriter.Write(launch with { Id = id, Name = Mark.In(language) + launch.Name }), id, LaunchMode.Demonstration, warningsConfirmed: true, cancellationToken).ConfigureAwait(false);
        }
        catch (LaunchRefusedException)
        {
            throw Unfit();
        }
    }

    private static RefusedException Unfit() => new(new("这个样例与已发布的方案不符，没有载入", "The sample does not fit the plans that are published; it was not loaded"));
}
