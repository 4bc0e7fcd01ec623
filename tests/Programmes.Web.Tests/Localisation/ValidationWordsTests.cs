using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using Microsoft.Extensions.DependencyInjection;

namespace Programmes.Web.Tests.Localisation;

public sealed class ValidationWordsTests(WebApp app) : IClassFixture<WebApp>
{
    [Theory]
    [InlineData("zh-CN", "请填写“原因”。", "“得分”应在 0 与 100 之间。", "请先签收。")]
    [InlineData("en", "Please fill in “Reason”.", "“Score” must be between 0 and 100.", "Sign for it first.")]
    public void Messages_AreInTheLanguageOfTheRequest(string culture, params string[] expected)
    {
        CultureInfo.CurrentUICulture = new(culture);
        var context = new ActionContext { HttpContext = new Microsoft.AspNetCore.Http.DefaultHttpContext { RequestServices = app.Services } };

        app.Services.GetRequiredService<IObjectModelValidator>().Validate(context, null, "", new Form());

        context.ModelState.Values.SelectMany(entry => entry.Errors).Select(error => error.ErrorMessage).ShouldBe(expected, ignoreOrder: true);
    }

    private sealed class Form
    {
        [Display(Name = "原因|Reason")]
        public string Reason { get; set; } = null!;

        [Display(Name = "得分|Score"), Range(0, 100)]
        public int Score { get; set; } = 101;

        [Required(ErrorMessage = "请先签收。|Sign for it first.")]
        public string? Signed { get; set; }
    }
}
