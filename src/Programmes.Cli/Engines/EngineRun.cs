using System.CommandLine;
using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Programmes.Core;
using Programmes.Engine.Archiving;
using Programmes.Engine.Hosting;
using Programmes.Engine.Mail;
using Programmes.Engine.Mail.Smtp;
using Programmes.Engine.People;
using Programmes.Engine.Queries;

namespace Programmes.Cli.Engines;

/// <summary>The engine on the web host's database, for one command; it runs no jobs.</summary>
internal sealed class EngineRun
{
    private const string DatabaseDefault = "Data Source=data/programmes.db";
    private const string DatabaseVariable = "Programmes__Database";
    private const string WorkflowsDefault = "workflows";
    private const string WorkflowsVariable = "Programmes__Workflows";
    private const string EnvironmentVariable = "DOTNET_ENVIRONMENT";
    private const string EnvironmentDefault = "Production";

    private readonly Session session;
    private readonly string environment;
    private readonly string home;
    private readonly string database;
    private readonly IConfiguration settings;

    /// <param name="database">Null: as the host's settings say.</param>
    public EngineRun(Session session, string? database)
    {
        this.session = session;
        environment = Variable(EnvironmentVariable) ?? EnvironmentDefault;
        // The host looks for its settings in the same places.
        var content = File.Exists(Path.Combine(session.Terminal.Folder, "appsettings.json")) ? session.Terminal.Folder : AppContext.BaseDirectory;
        home = HomeFolder.Find(content);
        settings = new ConfigurationBuilder().SetBasePath(content).AddJsonFile("appsettings.json", optional: true).AddJsonFile($"appsettings.{environment}.json", optional: true).Build();
        this.database = database ?? Variable(DatabaseVariable) ?? settings["Programmes:Database"] ?? DatabaseDefault;
    }

    /// <summary>Whoever may start this program on the database's machine may do everything; history records the name.</summary>
    public static Person Person => new(Environment.UserName) { IsAdministrator = true };

    public static Option<string?> DatabaseOption(Session session) => new("--database")
    {
        HelpName = session.Say("连接字符串", "connection string"),
        Description = session.Say($"数据库（默认与网站相同：环境变量 {DatabaseVariable}，否则 {DatabaseDefault}）", $"The database (default: the web host's, by the variable {DatabaseVariable}, else {DatabaseDefault})"),
    };

    /// <summary>The folder of definitions that the host publishes; null: none.</summary>
    public string? WorkflowFolder(string? asked)
    {
        if (asked is not null) return Path.GetFullPath(asked, session.Terminal.Folder);
        var folder = Variable(WorkflowsVariable) ?? settings["Programmes:Workflows"] ?? WorkflowsDefault;
        return folder.Length == 0 ? null : Path.GetFullPath(folder, home);
    }

    /// <summary>Refuses where there is nothing to read: a misspelt file must not become an empty database.</summary>
    public void RequireDatabase()
    {
        if (Known(() => DatabaseLocation.MissingFile(database, home)) is { } file)
            throw new UsageException(new($"没有数据库“{file}”；请先启动网站或一项专项工作，或用 --database 指定", $"There is no database \"{file}\"; start the web host or launch a programme first, or name one with --database"));
    }

    /// <summary>Brings the database up to date, publishes, and then does the work.</summary>
    public async Task<T> DoAsync<T>(string? workflows, Func<IServiceProvider, Task<T>> work, CancellationToken cancellation)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddSingleton(Clock());
        Known(() => services.AddProgrammesEngineAt(database, home, Setting("Evidence")));
        services.AddProgrammesAccounts();
        services.AddProgrammesRetention(Retention());
        services.AddProgrammesQueries();
        var pickup = Path.GetFullPath(Setting("Mail:Pickup") ?? MailDefaults.Pickup, home);
        // Into a folder of this machine, which reaches nobody: whoever tries a plan out wants to read its mails.
        services.AddProgrammesMail(Mail(), pickup, sendDemonstrations: true);
        // Only when a mail is really sent from here: whoever asks how things stand may not read the file with the password.
        services.AddSingleton<IMailTransport>(provider => Smtp() is { } smtp ? new SmtpTransport(smtp) : new PickupFolderTransport(pickup, provider.GetRequiredService<TimeProvider>()));
        services.AddProgrammesStartup(new EngineOptions(workflows, TemplateFolder()));
        var provider = services.BuildServiceProvider();
        await using (provider.ConfigureAwait(false))
        {
            try
            {
                await provider.GetRequiredService<EngineStartup>().PrepareAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is DbException or InvalidOperationException)
            {
                throw new UsageException(new($"数据库不可用：{e.Message}", $"The database cannot be used: {e.Message}"));
            }

            try
            {
                return await work(provider).ConfigureAwait(false);
            }
            catch (Exception e) when (DatabaseLocation.IsBusy(e))
            {
                throw new UsageException(new("数据库正忙，请稍后再试", "The database is busy; try again later"));
            }
            catch (RefusedException refused)
            {
                throw new UsageException(refused.Words);
            }
        }
    }

    /// <summary>Where relative names of databases and folders begin.</summary>
    public string Home => home;

    /// <summary>The connection string of the database that is meant.</summary>
    public string ConnectionString => database;

    /// <summary>The folder of evidence files in the settings; null: beside the database.</summary>
    public string? Evidence => Setting("Evidence");

    /// <summary>Does what needs no engine: the database itself is what it works on.</summary>
    public async Task<T> BesideAsync<T>(Func<TimeProvider, Task<T>> work)
    {
        try
        {
            return await work(Clock()).ConfigureAwait(false);
        }
        catch (RefusedException refused)
        {
            throw new UsageException(refused.Words);
        }
        catch (ArgumentException)
        {
            throw NotAConnection();
        }
        catch (DbException e)
        {
            throw new UsageException(new($"数据库不可用：{e.Message}", $"The database cannot be used: {e.Message}"));
        }
    }

    /// <summary>The wording of the office's mails, which this program only puts into the outbox; the host sends them.</summary>
    private string? TemplateFolder() => WorkflowFolder(null) is { } folder && Path.Combine(folder, "mail") is var templates && Directory.Exists(templates) ? templates : null;

    private MailSettings Mail() =>
        MailSettings.TryCreate(Setting("Mail:From") ?? MailDefaults.From, Setting("Mail:FromName") ?? MailDefaults.FromName, Setting("Mail:BaseUrl") ?? MailDefaults.BaseUrl, out var mail, out var error)
            ? mail!
            : throw new UsageException(new($"邮件设置 Programmes:Mail 有误：{error.Zh}", $"The setting Programmes:Mail is wrong: {error.En}"));

    private RetentionSettings Retention() =>
        RetentionSettings.TryCreate(Setting("Retention:Years"), Setting("Retention:MailDays"), Setting("Retention:Archive"), home, out var retention, out var error)
            ? retention!
            : throw new UsageException(new($"设置 Programmes:Retention 有误：{error.Zh}", $"The setting Programmes:Retention is wrong: {error.En}"));

    private SmtpSettings? Smtp()
    {
        string? Of(string name) => Setting($"Mail:Smtp:{name}");
        var options = new SmtpOptions
        {
            Host = Of("Host"), Port = Of("Port"), Security = Of("Security"), User = Of("User"), Password = Of("Password"), PasswordFile = Of("PasswordFile"), Authority = Of("Authority"), TimeoutSeconds = Of("TimeoutSeconds"),
        };
        return SmtpSettings.TryCreate(options, home, out var smtp, out var error)
            ? smtp
            : throw new UsageException(new($"邮件设置 Programmes:Mail:Smtp 有误：{error.Zh}", $"The setting Programmes:Mail:Smtp is wrong: {error.En}"));
    }

    private TimeProvider Clock()
    {
        try
        {
            var clock = TestClock.For(environment, Variable(TestClock.Variable));
            return clock is TestClock ? clock : session.Terminal.Time;
        }
        catch (InvalidOperationException e)
        {
            throw new UsageException(Text.Same(e.Message));
        }
    }

    private static T Known<T>(Func<T> locate)
    {
        try
        {
            return locate();
        }
        catch (ArgumentException)
        {
            throw NotAConnection();
        }
    }

    private static UsageException NotAConnection() => new(new(
        "数据库连接字符串无效；请写成 Data Source=文件（SQLite）或 Host=…（PostgreSQL）",
        "The connection string is not valid; write Data Source=file (SQLite) or Host=… (PostgreSQL)"));

    /// <summary>As the host reads it: the variable wins over the file.</summary>
    private string? Setting(string name) => Variable($"Programmes__{name.Replace(":", "__", StringComparison.Ordinal)}") ?? settings[$"Programmes:{name}"];

    // An empty variable counts as not set.
    private string? Variable(string name) => session.Terminal.Environment(name) is { Length: > 0 } value ? value : null;
}
