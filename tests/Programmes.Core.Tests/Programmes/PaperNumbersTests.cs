using Programmes.Core.Programmes;

namespace Programmes.Core.Tests.Programmes;

public sealed class PaperNumbersTests
{
    [Fact]
    public void Next_GoesOnAfterTheHighestOfTheYear_InTheSpellingOfTheLatest() =>
        PaperNumbers.Next(["示例督〔2023〕3号", "示例督〔2023〕12号", "示例督〔2022〕40号", "别处〔2023〕99号", "不成文号"], 2023).ShouldBe("示例督〔2023〕13号");

    [Fact]
    public void Next_BeginsAnewWithTheYear() => PaperNumbers.Next(["示例督〔2023〕12号"], 2024).ShouldBe("示例督〔2024〕1号");

    [Theory]
    [InlineData("示例督2023第1号")]
    [InlineData("〔2023〕1号")]
    [InlineData("示例督〔二〇二三〕1号")]
    [InlineData("示例督〕2023〔1号")]
    [InlineData("示例督〔2023〕99999999999号")]
    [InlineData("")]
    public void Next_WithoutAnyReadableNumber_IsNothing(string number) => PaperNumbers.Next([number], 2024).ShouldBeNull();

    [Fact]
    public void First_TakesTheCodeOfAnotherPaper()
    {
        PaperNumbers.First("示例办〔2023〕7号", 2024).ShouldBe("示例办〔2024〕1号");
        PaperNumbers.First("无", 2024).ShouldBeNull();
    }
}
