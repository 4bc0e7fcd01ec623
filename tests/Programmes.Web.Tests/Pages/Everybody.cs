using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Programmes.Core.Programmes;
using Programmes.Engine.People;
using Programmes.Engine.Pumping;
using Programmes.Engine.Queries;
using Programmes.Engine.WorkItems;

namespace Programmes.Web.Tests.Pages;

/// <summary>Does what is open, as nobody has to look at it: each form filled in, each unit given the first outcome.</summary>
internal static class Everybody
{
    private const int RoundsMax = 60;

    public static async Task DoesAllAsync(IServiceProvider services, Person office)
    {
        var list = services.GetRequiredService<WorkListQuery>();
        for (var page = 0; page < RoundsMax; page++)
        {
            var lines = (await list.RunAsync(office, WorkShown.All, true, 1)).Lines.Rows;
            if (lines.Count == 0) return;
            foreach (var line in lines) await CompleteAsync(services, office, line.Id);
            await services.GetRequiredService<Pump>().RunAsync();
        }
    }

    /// <summary>One work item, whatever it asks for.</summary>
    public static async Task CompleteAsync(IServiceProvider services, Person office, string id)
    {
        var query = services.GetRequiredService<WorkItemQuery>();
        var work = services.GetRequiredService<WorkOnItem>();
        var item = (await query.RunAsync(office, id))!;
        foreach (var line in (await query.LinesAsync(office, id, null, true, 1)).Lines.Rows)
            await work.DecideRowAsync(office, id, line.UnitId, item.RowOutcomes[0], null, null);
        var values = item.Form?.Groups.SelectMany(group => group.Items).ToDictionary(field => field.Key, Answer);
        await work.SubmitAsync(office, id, null, values is null ? null : JsonSerializer.Serialize(values));
        if (item.ReviewerRole is not null) await services.GetRequiredService<ReviewItem>().CompleteAsync(office, id);
    }

    private static string Answer(FormItem item) => item.Kind switch
    {
        FormItemKind.Score or FormItemKind.Number => "1",
        FormItemKind.YesNo => "yes",
        FormItemKind.Choice => item.Choices is [var first, ..] ? first : "",
        _ => "已办",
    };
}
