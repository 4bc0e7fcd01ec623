using System.Text.Json;
using Programmes.Core;
using Programmes.Core.Programmes;

namespace Programmes.Engine.WorkItems;

/// <summary>What is wrong with a filled-in form, item by item.</summary>
public static class FormCheck
{
    public static IReadOnlyList<Text> Check(Form form, string? valuesJson)
    {
        using var document = JsonDocument.Parse(string.IsNullOrEmpty(valuesJson) ? "{}" : valuesJson);
        var values = document.RootElement;
        var problems = new List<Text>();
        foreach (var item in form.Groups.SelectMany(group => group.Items))
        {
            var text = values.ValueKind == JsonValueKind.Object && values.TryGetProperty(item.Key, out var value)
                ? value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText()
                : "";
            if (text.Length == 0)
            {
                if (item.Required) problems.Add(new($"“{item.Title}”须填写", $"\"{item.Title}\" must be filled in"));
                continue;
            }

            switch (item.Kind)
            {
                case FormItemKind.Number or FormItemKind.Score:
                    if (!decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number)) problems.Add(new($"“{item.Title}”应为数字", $"\"{item.Title}\" must be a number"));
                    else if (number < 0) problems.Add(new($"“{item.Title}”不能小于 0", $"\"{item.Title}\" cannot be below 0"));
                    else if (item.PointsMax is { } most && number > most) problems.Add(new($"“{item.Title}”最高 {most} 分", $"\"{item.Title}\" has at most {most} points"));
                    break;
                case FormItemKind.Choice when item.Choices is { Count: > 0 } choices && !choices.Contains(text):
                    problems.Add(new($"“{item.Title}”应选：{string.Join("、", choices)}", $"\"{item.Title}\" is one of {string.Join(", ", choices)}"));
                    break;
                case FormItemKind.YesNo when text is not ("true" or "false" or "yes" or "no"):
                    problems.Add(new($"“{item.Title}”应选是或否", $"\"{item.Title}\" is yes or no"));
                    break;
            }
        }

        return problems;
    }
}
