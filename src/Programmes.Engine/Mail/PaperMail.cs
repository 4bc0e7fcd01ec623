using Programmes.Core.Reminders;

namespace Programmes.Engine.Mail;

/// <summary>An official paper for one of its recipients, laid out as papers are: number, title, main recipients, body, issuer, date, copies.</summary>
/// <param name="Heading">The kind of paper, and what happened to it.</param>
/// <param name="Remark">Words before the paper; null: none.</param>
/// <param name="Body">Paragraphs, a line each.</param>
/// <param name="Path">A page to look at.</param>
public sealed record PaperMail(
    Addressee To, string Programme, DateOnly On, string Heading, string? Remark, string Number, string Title, string Body, string Issuer, DateOnly IssuedOn,
    string? MainRecipients, string? Copies, DateOnly? ReplyBy, DateOnly? ReopensOn, string? Path);
