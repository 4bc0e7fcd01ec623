using System.Text.RegularExpressions;

namespace Programmes.Web.Components;

/// <summary>The icons that were bundled (assets/icons.json), so that a wrong name is noticed while a page is being written.</summary>
internal sealed partial class IconSprite(IWebHostEnvironment environment)
{
    public const string Path = "dist/icons.svg";

    private readonly Lazy<HashSet<string>> names = new(() => Read(environment));

    /// <exception cref="InvalidOperationException">No such icon, and not in production, where a page matters more than its icon.</exception>
    public void Check(string name)
    {
        if (!environment.IsProduction() && !names.Value.Contains(name))
            throw new InvalidOperationException($"There is no icon '{name}': add it to assets/icons.json.");
    }

    private static HashSet<string> Read(IWebHostEnvironment environment)
    {
        using var reader = new StreamReader(environment.WebRootFileProvider.GetFileInfo(Path).CreateReadStream());
        return [.. SymbolId().Matches(reader.ReadToEnd()).Select(match => match.Groups[1].Value)];
    }

    [GeneratedRegex("<symbol id=\"([^\"]+)\"")]
    private static partial Regex SymbolId();
}
