using Programmes.Core.Programmes;

namespace Programmes.Core.Tests.Programmes;

public sealed class ReassignmentsTests
{
    private static readonly Dictionary<string, string> Offices = new() { ["lead"] = "办公室", ["county"] = "县文化局", ["other"] = "乙县文化局" };
    private static readonly ReassignedWork OfUnit = new("unit", "county", "a", Submitted: false, JudgesUnits: false);
    private static readonly ReassignedWork OfOffice = new("lead", null, null, Submitted: false, JudgesUnits: false);

    [Fact]
    public void OpenWork_GoesToAnotherOffice_OrToTheUnitThatItConcerns()
    {
        Reassignments.Refuse(OfUnit, "lead", Offices).ShouldBeNull();
        Reassignments.Refuse(OfOffice, "county", Offices).ShouldBeNull();
        Reassignments.Refuse(OfOffice with { Unit = "a" }, "unit", Offices).ShouldBeNull();
    }

    [Fact]
    public void Refused_WithTheReason()
    {
        Zh(OfUnit, "unit").ShouldContain("无须改派");
        Zh(OfUnit, "county").ShouldContain("不能既办理又审核");
        Zh(OfUnit with { Submitted = true }, "lead").ShouldContain("正在审核");
        Zh(OfOffice, "unit").ShouldContain("不涉及具体参与单位");
        Zh(OfOffice with { Unit = "a", JudgesUnits = true }, "unit").ShouldContain("逐单位评定");
        Zh(OfOffice, "b").ShouldContain("没有角色");
        Zh(OfOffice, "conty").ShouldContain("county");

        static string Zh(ReassignedWork work, string to) => Reassignments.Refuse(work, to, Offices)!.Value.Zh;
    }
}
