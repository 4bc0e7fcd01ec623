using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Programmes.Engine.Mail.Smtp;

namespace Programmes.Engine.Tests.Mail.Smtp;

/// <summary>aiosmtpd, a mail server that others wrote, as a process of its own on a loopback port; it ends with its standard input.</summary>
internal sealed class SmtpServer : IDisposable
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(10);
    private readonly Process process;
    private readonly string folder;
    private readonly bool isOwnFolder;

    private SmtpServer(Process process, string folder, bool isOwnFolder, int port) => (this.process, this.folder, this.isOwnFolder, Port) = (process, folder, isOwnFolder, port);

    public int Port { get; }

    /// <summary>Why it cannot run here; null: it can.</summary>
    public static string? Missing => Python.Value is null ? MissingMessage : null;

    private const string MissingMessage = "Skipped: no python3 with aiosmtpd is on this machine, so that no mail server could be tried. Install python3-aiosmtpd (apt) or aiosmtpd (pip).";

    private static readonly Lazy<string?> Python = new(() => new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(HasServer));

    /// <param name="options">As <c>smtp_server.py</c> names them.</param>
    /// <param name="folder">Where mails are stored; null: a folder of its own, which goes with the server.</param>
    public static SmtpServer Start(object? options = null, string? folder = null, int port = 0)
    {
        var merged = JsonSerializer.SerializeToNode(options ?? new { })!.AsObject();
        var isOwnFolder = folder is null;
        merged["folder"] = folder ??= Directory.CreateTempSubdirectory("smtp-").FullName;
        merged["port"] = port;
        var process = Process.Start(new ProcessStartInfo(Python.Value ?? throw new InvalidOperationException(MissingMessage), [Script, merged.ToJsonString()]) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("python3 did not start.");
        var first = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The mail server did not start.");
        return new(process, folder, isOwnFolder, int.Parse(first, CultureInfo.InvariantCulture));
    }

    public void Change(object options)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(options));
        process.StandardInput.Flush();
        process.StandardOutput.ReadLine().ShouldBe("changed");
    }

    /// <summary>What was taken, in its order.</summary>
    public IReadOnlyList<TakenMail> Taken() => TakenIn(folder);

    public static IReadOnlyList<TakenMail> TakenIn(string folder) =>
        [.. Directory.GetFiles(folder, "*.eml").Order(StringComparer.Ordinal).Select(file => new TakenMail(File.ReadAllBytes(file), JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(file, ".json"))).RootElement))];

    /// <summary>Mails as Python's parser reads them.</summary>
    public static IReadOnlyList<JsonElement> Read(params string[] files)
    {
        using var process = Process.Start(new ProcessStartInfo(Python.Value ?? throw new InvalidOperationException(MissingMessage), [Script, "read", .. files]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }

    public SmtpSettings Settings(string? user = null, string? password = null, string security = "none", string? authority = null, string host = "127.0.0.1", int timeoutSeconds = 20) =>
        SettingsOf(Port, user, password, security, authority, host, timeoutSeconds);

    public static SmtpSettings SettingsOf(int port, string? user = null, string? password = null, string security = "none", string? authority = null, string host = "127.0.0.1", int timeoutSeconds = 20)
    {
        var options = new SmtpOptions { Host = host, Port = $"{port}", Security = security, User = user, Password = password, Authority = authority, TimeoutSeconds = $"{timeoutSeconds}" };
        SmtpSettings.TryCreate(options, "/", out var settings, out var error).ShouldBeTrue(error.En);
        return settings!;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(EndsWithin)) process.Kill();
        process.WaitForExit();
        process.Dispose();
        if (isOwnFolder) Directory.Delete(folder, recursive: true);
    }

    private static string Script => Path.Combine(AppContext.BaseDirectory, "Mail", "Smtp", "smtp_server.py");

    private static bool HasServer(string python)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import aiosmtpd"]) { RedirectStandardError = true });
            process!.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <param name="Bytes">As they came.</param>
internal sealed record TakenMail(byte[] Bytes, JsonElement Envelope)
{
    public string From => Envelope.GetProperty("from").GetString()!;
    public string[] To => [.. Envelope.GetProperty("to").EnumerateArray().Select(one => one.GetString()!)];
    public bool Tls => Envelope.GetProperty("tls").GetBoolean();
    public bool SignedIn => Envelope.GetProperty("signedIn").GetBoolean();
    public int Connection => Envelope.GetProperty("connection").GetInt32();
    public JsonElement Mail => Envelope.GetProperty("mail");
    public string Id => Mail.GetProperty("id").GetString()!;
    public string Subject => Mail.GetProperty("subject").GetString()!;
}

/// <summary>Skips in plain words without aiosmtpd; with CI=true it runs, and so fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmtpFactAttribute : FactAttribute
{
    public SmtpFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true") Skip = SmtpServer.Missing;
    }
}

/// <inheritdoc cref="SmtpFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmtpTheoryAttribute : TheoryAttribute
{
    public SmtpTheoryAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true") Skip = SmtpServer.Missing;
    }
}
