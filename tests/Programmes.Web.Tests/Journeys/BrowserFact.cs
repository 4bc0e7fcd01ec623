namespace Programmes.Web.Tests.Journeys;

/// <summary>A test in a real browser. Without one it is skipped in plain words; with CI=true it runs, and so fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <param name="withAxe">It needs axe-core too.</param>
    public BrowserFactAttribute(bool withAxe = false)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") return;
        if (Chromium.Path is null)
            Skip = "Skipped: no Chromium or Chrome is on this machine's PATH. Install chromium (Debian: apt-get install chromium fonts-noto-cjk) to run the browser's journeys.";
        else if (withAxe && Axe.Path is null)
            Skip = "Skipped: axe-core is not among the packages of src/Programmes.Web/assets. Run npm ci there, with development packages, to look for barriers.";
    }
}

internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome.exe", "msedge.exe"];

    /// <summary>Null: there is none.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => Names.Select(name => System.IO.Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
