namespace Programmes.Storage.Mail;

/// <summary>What becomes of the mails that waited when a backup was made: they may have gone out since then.</summary>
public enum WaitingMails { Hold, Send, Drop }
