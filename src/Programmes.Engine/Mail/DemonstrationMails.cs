namespace Programmes.Engine.Mail;

/// <summary>
/// Whether mails of demonstrations go out. By default they are composed and shown, and go nowhere: a sample's addresses, or those of
/// a real list that somebody only tries out, belong to people who know nothing of it.
/// </summary>
public sealed record DemonstrationMails(bool AreSent = false);
