using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;

namespace Programmes.Web.Localisation;

/// <summary>Gives validation attributes that carry no message one in both languages, in the manner of <see cref="SplitTextLocalizer"/>.</summary>
internal sealed class ValidationWords : IValidationMetadataProvider
{
    public void CreateValidationMetadata(ValidationMetadataProviderContext context)
    {
        foreach (var attribute in context.ValidationMetadata.ValidatorMetadata.OfType<ValidationAttribute>())
            if (attribute.ErrorMessage is null && attribute.ErrorMessageResourceName is null)
                attribute.ErrorMessage = Message(attribute);
    }

    private static string? Message(ValidationAttribute attribute) => attribute switch
    {
        RequiredAttribute => "请填写“{0}”。|Please fill in “{0}”.",
        StringLengthAttribute { MinimumLength: > 0 } => "“{0}”应为 {2} 至 {1} 个字。|“{0}” takes {2} to {1} characters.",
        StringLengthAttribute or MaxLengthAttribute => "“{0}”最多 {1} 个字。|“{0}” takes at most {1} characters.",
        RangeAttribute => "“{0}”应在 {1} 与 {2} 之间。|“{0}” must be between {1} and {2}.",
        EmailAddressAttribute => "“{0}”不是有效的邮箱地址。|“{0}” is not a valid e-mail address.",
        _ => null,
    };
}

internal static class BindingWords
{
    private static readonly Words Words = new();

    /// <summary>What is said about input that cannot be read as the number or day it should be.</summary>
    public static void UseWordsForBinding(this MvcOptions mvc)
    {
        var messages = mvc.ModelBindingMessageProvider;
        messages.SetAttemptedValueIsInvalidAccessor((value, field) => Words[$"“{field}”不能识别：{value}。", $"“{field}” cannot be read: {value}."]);
        messages.SetNonPropertyAttemptedValueIsInvalidAccessor(value => Words[$"不能识别：{value}。", $"Cannot be read: {value}."]);
        messages.SetUnknownValueIsInvalidAccessor(field => Words[$"“{field}”不能识别。", $"“{field}” cannot be read."]);
        messages.SetNonPropertyUnknownValueIsInvalidAccessor(() => Words["填写的内容不能识别。", "The value cannot be read."]);
        messages.SetValueIsInvalidAccessor(value => Words[$"不能识别：{value}。", $"Cannot be read: {value}."]);
        messages.SetValueMustBeANumberAccessor(field => Words[$"“{field}”应为数字。", $"“{field}” must be a number."]);
        messages.SetNonPropertyValueMustBeANumberAccessor(() => Words["应为数字。", "A number is needed."]);
        messages.SetValueMustNotBeNullAccessor(_ => Words["请填写此项。", "Please fill this in."]);
        messages.SetMissingBindRequiredValueAccessor(field => Words[$"请填写“{field}”。", $"Please fill in “{field}”."]);
        messages.SetMissingKeyOrValueAccessor(() => Words["请填写此项。", "Please fill this in."]);
        messages.SetMissingRequestBodyRequiredValueAccessor(() => Words["请求内容为空。", "The request has no content."]);
    }
}
