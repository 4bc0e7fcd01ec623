using Programmes.Engine.Archiving;
using Programmes.Engine.Evidence;
using Programmes.Engine.Hosting;
using Programmes.Engine.Mail;
using Programmes.Engine.Mail.Smtp;
using Programmes.Engine.Nodes;

namespace Programmes.Web.Hosting;

/// <summary>The section <c>Programmes</c> of the settings. Relative paths start at <see cref="Home"/>.</summary>
internal sealed class HostSettings
{
    /// <summary>A connection string: <c>Data Source=…</c> for SQLite, <c>Host=…</c> for PostgreSQL.</summary>
    public string Database { get; init; } = "Data Source=data/programmes.db";

    /// <summary>The folder of workflow definitions that is published at start; empty: none.</summary>
    public string Workflows { get; init; } = "workflows";

    /// <summary>The folder of evidence files; empty: <c>evidence</c> beside the database's file (<c>data/evidence</c> with PostgreSQL). All nodes share it.</summary>
    public string Evidence { get; init; } = "";

    public ScanSection Scan { get; init; } = new();

    public RetentionSection Retention { get; init; } = new();

    public MailSection Mail { get; init; } = new();

    /// <summary>Browsers reach the product by https alone (directly or through a proxy): cookies are then never sent without it.</summary>
    public bool HttpsOnly { get; init; }

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) of the proxies whose forwarded headers are believed; none by default.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>Lets the setup link be used from another machine, as needed in a container; the token is still required.</summary>
    public bool RemoteSetup { get; init; }

    /// <summary><c>Web</c>, <c>Worker</c> or <c>All</c>: what this node does.</summary>
    public NodeRoles Role { get; init; } = NodeRoles.All;

    /// <summary>Absolute; the folder that <c>data</c> and <c>workflows</c> are in.</summary>
    public string Home { get; private set; } = "";

    public static HostSettings Read(IConfiguration configuration, string contentRoot)
    {
        var settings = configuration.GetSection("Programmes").Get<HostSettings>() ?? new();
        settings.Home = HomeFolder.Find(contentRoot);
        return settings;
    }

    public string PathOf(string path) => Path.GetFullPath(path, Home);
}

/// <summary>How long details are kept; see <see cref="RetentionSettings"/> for the ranges and what always stays.</summary>
internal sealed class RetentionSection
{
    /// <summary>Years after the end of a programme; empty: 10.</summary>
    public string? Years { get; init; }

    /// <summary>Days after which the words of mails go; empty: 730.</summary>
    public string? MailDays { get; init; }

    /// <summary>The folder that gets a file of what goes; empty: none, and then what units filled in is never removed.</summary>
    public string? Archive { get; init; }
}

internal sealed class MailSection
{
    /// <summary>The folder that gets each mail as an <c>.eml</c> file, where no mail server is set.</summary>
    public string Pickup { get; init; } = MailDefaults.Pickup;

    public string From { get; init; } = MailDefaults.From;
    public string FromName { get; init; } = MailDefaults.FromName;

    /// <summary>The address under which people reach the product, for the links in mails; empty: mails hold no links.</summary>
    public string BaseUrl { get; init; } = MailDefaults.BaseUrl;

    /// <summary>Mails of demonstrations go out too; by default they are only shown.</summary>
    public bool SendDemonstrations { get; init; }

    /// <summary>The mail server.</summary>
    public SmtpOptions Smtp { get; init; } = new();

    /// <summary>The folder (also a Maildir) into which a mail program or script puts notifications of mails that came back; empty: none.</summary>
    public string Bounces { get; init; } = "";
}

/// <summary>The scanner for malicious software that every file is given to before it is kept.</summary>
internal sealed class ScanSection
{
    /// <summary>Absolute path of a program such as <c>/usr/bin/clamdscan</c>, started without a shell; empty: no scanner. See <see cref="ScanSettings"/>.</summary>
    public string Command { get; init; } = "";

    /// <summary>By default <c>-</c>: the file comes on standard input.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    public int TimeoutSeconds { get; init; } = ScanSettings.TimeoutSecondsDefault;

    /// <summary>Takes files while the scanner cannot tell, on record; by default they are refused.</summary>
    public bool TakeUnscanned { get; init; }

    /// <summary>Null: no scanner.</summary>
    public ScanSettings? Read()
    {
        if (Command.Length == 0) return null;
        if (!File.Exists(Command)) throw new InvalidOperationException($"Programmes:Scan:Command: there is no program {Command}; give its absolute path.");
        if (TimeoutSeconds is < 1 or > ScanSettings.TimeoutSecondsMax) throw new InvalidOperationException($"Programmes:Scan:TimeoutSeconds: from 1 to {ScanSettings.TimeoutSecondsMax}.");
        return new(Command, Arguments ?? ["-"], TimeSpan.FromSeconds(TimeoutSeconds), TakeUnscanned);
    }
}
