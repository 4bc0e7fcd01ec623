using Microsoft.Playwright;

namespace Programmes.Web.Tests.Journeys;

/// <summary>axe-core, from the packages that the build of the web application fetches: what it finds against WCAG 2, levels A and AA.</summary>
internal static class Axe
{
    /// <summary>Of one rule so many elements are named.</summary>
    private const int ElementsMax = 4;

    /// <summary>What is folded away is read as well.</summary>
    private const string Find = """
        async max => {
          for (const one of document.querySelectorAll('details')) one.open = true;
          const found = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] });
          return found.violations.filter(one => one.impact === 'serious' || one.impact === 'critical')
            .map(one => `${one.id} (${one.impact}): ` + one.nodes.slice(0, max).map(node => `${node.target.join(' ')} ${node.any.concat(node.all, node.none).map(check => check.message)[0] ?? ''}`).join(' | ') + ` (${one.nodes.length})`);
        }
        """;

    private static string? source;

    private static readonly string Packages = System.IO.Path.GetFullPath(System.IO.Path.Combine(Journey.Workflows, "..", "src", "Programmes.Web", "assets", "node_modules"));

    /// <summary>Null: the packages were fetched without it.</summary>
    public static string? Path { get; } = System.IO.Path.Combine(Packages, "axe-core", "axe.min.js") is var file && File.Exists(file) ? file : null;

    /// <summary>What is serious or critical on the page, rule by rule with its elements. Opens what is folded away.</summary>
    public static async Task<IReadOnlyList<string>> LookAsync(IPage page)
    {
        // By the debugger's door, which the page's content security policy does not close.
        await page.EvaluateAsync(source ??= await File.ReadAllTextAsync(Path ?? throw new InvalidOperationException("axe-core is not among the packages of src/Programmes.Web/assets.")));
        return await page.EvaluateAsync<string[]>(Find, ElementsMax);
    }
}
