using Programmes.Core;
using Programmes.Engine.People;

namespace Programmes.Engine.Mail;

/// <param name="Files">The files in use, by their names; null: the shipped one.</param>
public sealed record TemplatePreview(string Name, string Subject, string Text, string Html, IReadOnlyDictionary<string, string?> Files);

/// <summary>Every mail as its template makes it from an example.</summary>
public sealed class PreviewTemplates(MailTemplates templates)
{
    /// <summary>The faults of the office's own files; the shipped ones are in use instead.</summary>
    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public IReadOnlyList<Problem> Problems(Person person) => person.CanManage ? templates.Problems : throw RefusedException.Forbidden();

    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public IReadOnlyList<TemplatePreview> List(Person person) => [.. MailTemplates.Names.Select(name => Find(person, name)!)];

    /// <summary>Null: there is no such template.</summary>
    /// <exception cref="RefusedException">The person does not manage programmes.</exception>
    public TemplatePreview? Find(Person person, string name)
    {
        if (!person.CanManage) throw RefusedException.Forbidden();
        if (!MailTemplates.Names.Contains(name, StringComparer.Ordinal)) return null;
        var mail = templates.Render(name, MailModel.Sample(name, sparse: false));
        return new(name, HeaderText.OneLine(mail.Subject, FrozenMail.SubjectMax), mail.Text, mail.Html, MailTemplates.Files(name).ToDictionary(file => file, templates.OwnFile));
    }
}
