using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Programmes.Core;

namespace Programmes.Web.Components;

public enum FlashKind { Success, Notice, Failure }

/// <summary>What the last action came to, shown once at the top of the page that is shown next.</summary>
public static class Flash
{
    private const string Key = "flash.";

    public static void Say(this PageModel page, FlashKind kind, Text text)
    {
        page.TempData[Key + "kind"] = kind.ToString();
        page.TempData[Key + "zh"] = text.Zh;
        page.TempData[Key + "en"] = text.En;
    }

    /// <summary>The message waiting to be shown, which this takes away; null if there is none.</summary>
    internal static (FlashKind Kind, Text Text)? Take(ITempDataDictionary kept) =>
        Enum.TryParse<FlashKind>(kept[Key + "kind"] as string, out var kind) && kept[Key + "zh"] is string zh
            ? (kind, new Text(zh, kept[Key + "en"] as string ?? zh))
            : null;
}
