using System.Globalization;
using Microsoft.Extensions.Localization;

namespace Programmes.Web.Localisation;

/// <summary>
/// Attributes cannot hold two languages, so their texts are written <c>中文|English</c> and split here:
/// <c>[Display(Name = "原因|Reason")]</c>, <c>[Required(ErrorMessage = "请填写{0}。|Please give the {0}.")]</c>.
/// A text without a bar is the same in both.
/// </summary>
internal sealed class SplitTextLocalizer(Words words) : IStringLocalizer
{
    public LocalizedString this[string name] => new(name, Split(name));

    public LocalizedString this[string name, params object[] arguments] =>
        new(name, string.Format(CultureInfo.CurrentCulture, Split(name), arguments));

    public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => [];

    private string Split(string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? text : words[text[..bar], text[(bar + 1)..]];
    }
}

internal sealed class SplitTextLocalizerFactory(Words words) : IStringLocalizerFactory
{
    public IStringLocalizer Create(Type resourceSource) => new SplitTextLocalizer(words);

    public IStringLocalizer Create(string baseName, string location) => new SplitTextLocalizer(words);
}
