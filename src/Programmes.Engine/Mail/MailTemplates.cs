using System.Text.RegularExpressions;
using HandlebarsDotNet;
using HandlebarsDotNet.Compiler;
using Programmes.Core;

namespace Programmes.Engine.Mail;

internal sealed record RenderedMail(string Subject, string Text, string Html);

/// <summary>
/// The wording of mails: <c>digest</c>, <c>returned</c>, <c>notify</c>, <c>paper</c>, <c>objection</c>, <c>urging</c>, <c>invitation</c> and <c>password-reset</c>, each a <c>.txt.hbs</c> (whose first line is
/// <c>主题：</c> and the subject) and a <c>.html.hbs</c>, in Handlebars. HTML encodes every value; in text a value is one
/// line without control characters. Nothing in a template can switch that off or run code.
/// </summary>
public sealed partial class MailTemplates
{
    /// <summary>Longest template, in characters.</summary>
    public const int CharactersMax = 100_000;

    private const string SubjectStart = "主题：";
    private static readonly string[] Kinds = [MailModel.Digest, MailModel.Returned, MailModel.Notify, MailModel.Paper, MailModel.Objection, MailModel.Urging, MailModel.Invitation, MailModel.PasswordReset];
    private static readonly Lazy<MailTemplates> Shipped = new(() =>
        TryLoad(null, out var templates, out var problems) ? templates! : throw new InvalidOperationException(problems[0].Message.En));

    private readonly Dictionary<string, HandlebarsTemplate<object, object>> compiled = [];
    private readonly Dictionary<string, string> own = [];

    private MailTemplates()
    {
    }

    /// <summary>The templates that ship inside the product.</summary>
    public static MailTemplates Embedded => Shipped.Value;

    /// <summary>Every mail that has a template.</summary>
    public static IReadOnlyList<string> Names => Kinds;

    /// <summary>The faults of the office's own files, each replaced by the shipped one; none after <see cref="TryLoad"/>.</summary>
    public IReadOnlyList<Problem> Problems { get; private init; } = [];

    /// <summary>The office's own file in use, for a name such as <c>digest.txt.hbs</c>; null: the shipped one, or a copy of it.</summary>
    public string? OwnFile(string file) => own.GetValueOrDefault(file);

    /// <summary>
    /// As <see cref="TryLoad"/>, but a faulty file is replaced by the shipped one: an office that mistyped a word still gets
    /// its mails out.
    /// </summary>
    public static MailTemplates Load(string? folder)
    {
        var faults = new List<Problem>();
        var read = new MailTemplates { Problems = faults };
        foreach (var file in Kinds.SelectMany(Files))
        {
            var before = faults.Count;
            read.Add(file, folder, faults);
            if (faults.Count > before) read.Add(file, null, faults);
        }

        return read;
    }

    /// <summary>Reads the templates of a folder; one that is missing there, or the folder itself, is replaced by the shipped one.</summary>
    /// <param name="folder">Null: only the shipped ones.</param>
    /// <param name="problems">Every fault in every file: syntax, an unknown name, a value that would not be encoded, no subject.</param>
    public static bool TryLoad(string? folder, out MailTemplates? templates, out IReadOnlyList<Problem> problems)
    {
        var read = new MailTemplates();
        var faults = new List<Problem>();
        foreach (var file in Kinds.SelectMany(Files)) read.Add(file, folder, faults);
        problems = faults;
        templates = faults.Count == 0 ? read : null;
        return templates is not null;
    }

    internal RenderedMail Render(string name, IReadOnlyDictionary<string, object?> model)
    {
        var text = compiled[$"{name}.txt.hbs"](model).ReplaceLineEndings("\n");
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0) end = text.Length;
        return new(text[SubjectStart.Length..end].Trim(), text[end..].TrimStart('\n'), compiled[$"{name}.html.hbs"](model));
    }

    /// <summary>The text and the HTML of a mail.</summary>
    internal static IEnumerable<string> Files(string name) => [$"{name}.txt.hbs", $"{name}.html.hbs"];

    private void Add(string file, string? folder, List<Problem> faults)
    {
        var name = file[..file.IndexOf('.', StringComparison.Ordinal)];
        var path = folder is null ? null : Path.Combine(folder, file);
        string source;
        try
        {
            if (path is not null && !File.Exists(path)) path = null;
            source = path is null ? ReadShipped(file) : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(Problem.Error("mail-template-unreadable", new($"无法读取模板：{e.Message}", $"The template cannot be read: {e.Message}"), path));
            return;
        }
        var isText = file.EndsWith(".txt.hbs", StringComparison.Ordinal);
        if ((Fault(source, isText) ?? Try(name, source, isText)) is { } fault)
            faults.Add(Problem.Error(fault.Code, fault.Message, path ?? file, property: fault.Line is { } line ? $"line {line}" : null));
        else
        {
            compiled[file] = Compile(source, isText, strict: false);
            if (path is not null && source.ReplaceLineEndings() != ReadShipped(file).ReplaceLineEndings()) own[file] = path;
        }
    }

    /// <summary>Renders a mail with everything and one with as little as can be: a name that no model has shows here and not some morning.</summary>
    private static (string Code, Text Message, int? Line)? Try(string name, string source, bool isText)
    {
        try
        {
            var template = Compile(source, isText, strict: true);
            foreach (var sparse in new[] { false, true })
                if (!template(MailModel.Sample(name, sparse)).Contains('\n', StringComparison.Ordinal) && isText)
                    return WithoutSubject();
            return null;
        }
        // What the template engine throws at a faulty template is not of one kind; whatever it is, the file is to blame.
        catch (Exception e)
        {
            var at = e is HandlebarsUndefinedBindingException { MissingKey: { Length: > 0 } key } ? source.IndexOf(key, StringComparison.Ordinal) : -1;
            return ("mail-template-invalid", new($"模板有误：{e.Message}", $"The template is wrong: {e.Message}"), at < 0 ? null : LineOf(source, at));
        }
    }

    private static (string Code, Text Message, int? Line)? Fault(string source, bool isText)
    {
        if (source.Length > CharactersMax)
            return ("mail-template-too-long", new($"模板超过 {CharactersMax} 个字符。", $"The template is longer than {CharactersMax} characters."), null);
        if (Unencoded().Match(source) is { Success: true } raw)
            return ("mail-template-unencoded", new("模板不得使用 {{{…}}}、{{&…}} 或 {{>…}}：所有值都须编码。", "A template must not use {{{…}}}, {{&…}} or {{>…}}: every value is encoded."),
                LineOf(source, raw.Index));
        return isText && !source.StartsWith(SubjectStart, StringComparison.Ordinal) ? WithoutSubject() : null;
    }

    private static (string Code, Text Message, int? Line) WithoutSubject() =>
        ("mail-template-without-subject", new($"文本模板的第一行须为“{SubjectStart}…”。", $"The first line of a text template is \"{SubjectStart}…\"."), 1);

    private static int LineOf(string source, int at) => source.AsSpan(0, at).Count('\n') + 1;

    private static HandlebarsTemplate<object, object> Compile(string source, bool isText, bool strict)
    {
        var handlebars = Handlebars.Create(new HandlebarsConfiguration
        {
            TextEncoder = new TemplateEncoding(html: !isText),
            ThrowOnUnresolvedBindingExpression = strict,
        });
        return handlebars.Compile(source);
    }

    private static string ReadShipped(string file)
    {
        using var stream = typeof(MailTemplates).Assembly.GetManifestResourceStream($"Programmes.Engine.Mail.{file}")
            ?? throw new InvalidOperationException($"The shipped mail template {file} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{\{\{|\{\{~?\s*[&>]|\{\{~?\s*#\s*>", RegexOptions.CultureInvariant)]
    private static partial Regex Unencoded();
}
