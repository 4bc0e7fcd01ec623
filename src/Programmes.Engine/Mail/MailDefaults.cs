namespace Programmes.Engine.Mail;

/// <summary>Mail settings where nobody set any, the same for every program of the product.</summary>
public static class MailDefaults
{
    /// <summary>The pickup folder, below the home folder.</summary>
    public const string Pickup = "data/mail";
    public const string From = "programmes@localhost.localdomain";
    public const string FromName = "专项工作台";
    public const string BaseUrl = "http://localhost:5080";
}
