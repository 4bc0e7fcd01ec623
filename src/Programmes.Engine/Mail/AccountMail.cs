using Programmes.Core.Reminders;

namespace Programmes.Engine.Mail;

/// <summary>A one-time link for the owner of an account.</summary>
/// <param name="Account">Its name.</param>
/// <param name="Link">The whole address.</param>
/// <param name="Until">The link's end.</param>
internal sealed record AccountMail(Addressee To, DateOnly On, string Account, string Link, DateTimeOffset Until);
