namespace Programmes.Engine.Mail.Smtp;

/// <summary>The section <c>Programmes:Mail:Smtp</c> as it was written; <see cref="SmtpSettings.TryCreate"/> checks it.</summary>
public sealed class SmtpOptions
{
    /// <summary>The mail server; empty: mails go into the pickup folder.</summary>
    public string? Host { get; init; }

    /// <summary>587 by default, with <c>tls</c> 465, with <c>none</c> 25.</summary>
    public string? Port { get; init; }

    /// <summary><c>starttls</c> (default), <c>tls</c> (encrypted from the first byte, the default on port 465), or <c>none</c>.</summary>
    public string? Security { get; init; }

    /// <summary>Empty: nobody signs in.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>A file whose first line is the password, instead of <see cref="Password"/>.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>A PEM file with the authorities, or the server's own certificate, to trust instead of the system's: for a server within the office.</summary>
    public string? Authority { get; init; }

    /// <summary>For one mail, with connecting and signing in: 1 to 120 seconds, 60 by default.</summary>
    public string? TimeoutSeconds { get; init; }
}
