namespace Programmes.Engine.Hosting;

/// <summary>The folder that relative settings (<c>data</c>, <c>workflows</c>) are in, the same for every program of the product.</summary>
public static class HomeFolder
{
    /// <summary>
    /// The repository for <c>dotnet run</c>, in whatever folder it was typed; else where the settings are, so that a service
    /// manager does not decide by its working folder which database is used.
    /// </summary>
    public static string Find(string contentRoot)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Programmes.sln"))) return folder.FullName;
        return Path.GetFullPath(contentRoot);
    }
}
