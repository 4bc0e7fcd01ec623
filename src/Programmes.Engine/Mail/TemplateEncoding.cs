using System.Net;
using System.Text;
using HandlebarsDotNet;

namespace Programmes.Engine.Mail;

/// <summary>What happens to each value on its way into a template.</summary>
internal sealed class TemplateEncoding(bool html) : ITextEncoder
{
    public IFormatProvider? FormatProvider { get; set; }

    public void Encode(StringBuilder? text, TextWriter target) => Encode(text?.ToString(), target);

    public void Encode(string? text, TextWriter target)
    {
        if (string.IsNullOrEmpty(text)) return;
        var line = HeaderText.OneLine(text, FrozenMail.BodyMax);
        target.Write(html ? WebUtility.HtmlEncode(line) : line);
    }

    public void Encode<T>(T? text, TextWriter target) where T : IEnumerator<char>
    {
        if (text is null) return;
        var whole = new StringBuilder();
        while (text.MoveNext()) whole.Append(text.Current);
        Encode(whole, target);
    }
}
