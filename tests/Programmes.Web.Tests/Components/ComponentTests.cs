using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Programmes.Core;
using Programmes.Web.Components;
using Programmes.Web.Localisation;

namespace Programmes.Web.Tests.Components;

public sealed class ComponentTests
{
    private static readonly Words Words = new();
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public ComponentTests() => CultureInfo.CurrentUICulture = new("en");

    [Fact]
    public void StatusLight_DiffersInWordAndShape()
    {
        var lights = Enum.GetValues<Light>().Select(state => Render(new StatusLightTagHelper(Words) { State = state })).ToList();

        lights.Select(html => html[html.IndexOf("<svg", StringComparison.Ordinal)..html.IndexOf("</svg>", StringComparison.Ordinal)]).ShouldBeUnique();
        lights.Select(html => html[html.IndexOf("</svg>", StringComparison.Ordinal)..]).ShouldBeUnique();
    }

    /// <summary>As the glossary has it: 暂停 is of a whole programme.</summary>
    [Fact]
    public void StatusLight_OfSuspendedWork_HasTheGlossarysWord()
    {
        StatusLightTagHelper.Word(Light.Suspended).Zh.ShouldBe("中止");
        WorkWords.Word(Engine.Queries.WorkLight.Suspended, 0, false).Zh.ShouldBe("中止");
    }

    [Fact]
    public void WhyDate_ExplainsItselfAndEncodesWhatOfficesTyped()
    {
        var html = Render(new WhyDateTagHelper(Words, Encoder)
        {
            On = new(2027, 10, 3),
            Provisional = true,
            WorkingDayBefore = new(2027, 9, 30),
            Lines = [Text.Same("<b>clause 3</b>"), new("10个工作日", "10 working days")],
        });

        html.ShouldContain("<time datetime=\"2027-10-03\">Sun 3 Oct 2027</time>");
        html.ShouldContain("Provisional");
        html.ShouldContain("Last working day before: Thu 30 Sep 2027");
        html.ShouldContain("<li>&lt;b&gt;clause 3&lt;/b&gt;</li><li>10 working days</li>");
    }

    [Fact]
    public void WhyDate_OfAResolvedDate_SaysTheSame() =>
        Render(new WhyDateTagHelper(Words, Encoder) { Date = new(new(2027, 10, 3), true, [new("规则", "The rule")]) })
            .ShouldBe(Render(new WhyDateTagHelper(Words, Encoder) { On = new(2027, 10, 3), Provisional = true, Lines = [new("规则", "The rule")] }));

    [Fact]
    public void WhyDate_WithoutLines_OffersNoDisclosure() =>
        Render(new WhyDateTagHelper(Words, Encoder) { On = new(2023, 9, 28) }).ShouldNotContain("<details");

    [Fact]
    public void Pager_KeepsTheFilterAndNamesTheRows()
    {
        var html = Pager("/supervision", "?office=a%26b&p=7", new PagerTagHelper(Words) { Number = 7, Size = 50, Total = 1234 });

        html.ShouldContain("301–350 of 1234");
        html.ShouldContain("href=\"/supervision?office=a%26b&amp;p=8\" rel=\"next\"");
        html.ShouldContain("href=\"/supervision?office=a%26b\"", customMessage: "the first page needs no number");
        html.ShouldContain(">25</a>");
    }

    [Fact]
    public void Pager_WithoutTotal_GoesOnOnlyWhereMoreFollows()
    {
        Pager("/audit", "", new PagerTagHelper(Words) { Number = 3, HasNext = true }).ShouldContain("p=4\" rel=\"next\"");
        Pager("/audit", "", new PagerTagHelper(Words) { Number = 3 }).ShouldNotContain("rel=\"next\"");
    }

    [Fact]
    public void Pager_WithOnePage_ShowsNothing() =>
        Pager("/audit", "", new PagerTagHelper(Words) { Total = 50 }).ShouldBeEmpty();

    private static string Pager(string path, string query, PagerTagHelper pager)
    {
        var http = new DefaultHttpContext();
        http.Request.Path = path;
        http.Request.QueryString = new(query);
        pager.ViewContext = new ViewContext { HttpContext = http };
        return Render(pager);
    }

    private static string Render(TagHelper helper)
    {
        var output = new TagHelperOutput("x", [], (_, _) => Task.FromResult<TagHelperContent>(new DefaultTagHelperContent()));
        helper.Process(new TagHelperContext([], new Dictionary<object, object>(), "id"), output);
        using var writer = new StringWriter();
        output.WriteTo(writer, Encoder);
        return writer.ToString();
    }
}
