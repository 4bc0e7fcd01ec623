using System.Globalization;
using System.Text.RegularExpressions;
using Programmes.Core.Programmes;
using Spectre.Console;

namespace Programmes.Cli.DryRuns;

/// <summary>How far a rehearsal has come, on the error stream, once it takes longer than somebody likes to wait.</summary>
internal sealed partial class ProgressBar(Session session, Launch launch)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    /// <summary>Days after the last date of the launch file in which most programmes are through.</summary>
    private const int AfterLastDateDays = 180;

    private int reached = launch.StartsOn.DayNumber;

    public void Report(DateOnly day) => Volatile.Write(ref reached, day.DayNumber);

    public async Task<T> ShowAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        var working = Task.Run(work, cancellation);
        if (session.Terminal.IsErrorRedirected || session.Terminal.IsOutputRedirected
            || await Task.WhenAny(working, Task.Delay(Patience, session.Terminal.Time, CancellationToken.None)).ConfigureAwait(false) == working)
            return await working.ConfigureAwait(false);

        var first = launch.StartsOn.DayNumber;
        var last = LastDate().AddDays(AfterLastDateDays).DayNumber;
        await session.Terminal.ErrorScreen.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask("…", maxValue: Math.Max(1, last - first));
                while (!working.IsCompleted)
                {
                    var day = Volatile.Read(ref reached);
                    task.Value = Math.Min(day - first, task.MaxValue * 0.99);
                    task.Description = session.Say("预演到 ", "Rehearsing ") + DateOnly.FromDayNumber(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                    await Task.WhenAny(working, Task.Delay(Beat, session.Terminal.Time, CancellationToken.None)).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        return await working.ConfigureAwait(false);
    }

    private DateOnly LastDate() => launch.Batches.Select(batch => batch.Start).Concat(launch.Batches.SelectMany(batch => batch.Dates.Values)).Concat(launch.Dates.Values)
        .SelectMany(rule => PrintedDate().Matches(rule))
        .Select(match => DateOnly.TryParseExact(match.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) ? on : launch.StartsOn)
        .Append(launch.StartsOn).Max();

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}")]
    private static partial Regex PrintedDate();
}
