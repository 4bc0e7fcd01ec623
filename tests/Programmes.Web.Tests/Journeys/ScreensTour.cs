using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Programmes.Core.Forms;
using Programmes.Core.Ledgers;
using Programmes.Core.Programmes;
using Programmes.Core.Reminders;
using Programmes.Engine.Exports.Sheets;
using Programmes.Engine.Hosting;
using Programmes.Engine.Launching;
using Programmes.Engine.Ledgers;
using Programmes.Engine.Nodes;
using Programmes.Engine.Notices;
using Programmes.Engine.Papers;
using Programmes.Engine.People;
using Programmes.Engine.Programmes;
using Programmes.Engine.Queries;
using Programmes.Engine.Urging;
using Programmes.Engine.WorkItems;
using Programmes.Storage;
using Programmes.Storage.Notices;
using Xunit.Abstractions;

namespace Programmes.Web.Tests.Journeys;

/// <summary>
/// Every page in a real browser, in the middle of a programme: nothing scrolls sideways, at a desk's width or a phone's, no script
/// fails, the browser refuses nothing, and axe-core finds no serious barrier. With PROGRAMMES_SCREENS set to a folder the pictures of the guides are written there.
/// </summary>
public sealed class ScreensTour(Journey journey, ITestOutputHelper output) : IClassFixture<Journey>, IDisposable
{
    private const string Programme = "tongjiang-grading-2023";
    private const string Ledgers = "wuhu-rectification-2022";
    private const int Desk = 1366;
    private const int DeskHeight = 768;
    private const int Phone = 390;
    private const int PhoneHeight = 844;
    private const int QueuedMax = 6;

    /// <summary>Of a phone's pictures only these are kept.</summary>
    private static readonly string[] PhonePictures = ["overview", "work", "work-item", "supervision", "manage", "scores", "review", "admit-list", "public-notice", "public-objection"];

    /// <summary>The element that reaches farthest to the right, where the page is wider than its window.</summary>
    private const string Widest = """
        () => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return null;
          const right = element => element.getBoundingClientRect().right;
          const all = [...document.querySelectorAll('main *')].filter(element => right(element) > width).sort((a, b) => right(b) - right(a));
          return all.slice(0, 3).map(element => element.outerHTML.slice(0, 160)).join(' | ');
        }
        """;

    /// <summary>Pictures tell nothing of the machine that they were made on.</summary>
    private const string WithoutPaths = """
        ([folder, root, machine]) => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replaceAll(folder, '/srv/programmes/data').replaceAll(root, '/srv/programmes').replaceAll(machine, 'web-1');
        }
        """;

    /// <summary>To look at long pages: not only what a window shows.</summary>
    private static readonly bool WholePages = Environment.GetEnvironmentVariable("PROGRAMMES_SCREENS_WHOLE") == "true";

    private static readonly string? Folder = Environment.GetEnvironmentVariable("PROGRAMMES_SCREENS");

    /// <summary>Who looks, under which name the picture is kept, and where; <c>{…}</c> is filled in once there is data.</summary>
    private static readonly (string Account, string Name, string Address)[] InSeptember =
    [
        ("", "sign-in", "/sign-in"),
        ("", "forgotten", "/account/forgotten"),
        ("office", "overview", "/"),
        ("office", "programmes", "/programmes"),
        ("office", "programme", $"/programmes/{Programme}"),
        ("office", "board", $"/programmes/{Programme}?view=Board&batch=1"),
        ("office", "programme-history", $"/programmes/{Programme}?view=History"),
        ("office", "offices", $"/programmes/{Programme}/offices"),
        ("office", "manage", $"/programmes/{Programme}/manage"),
        ("office", "admit", $"/programmes/{Programme}/admit"),
        ("office", "launch-plan", "/programmes/launch"),
        ("office", "launch-basics", "/programmes/launch/{draft}/basics"),
        ("office", "launch-batches", "/programmes/launch/{draft}/batches"),
        ("office", "launch-offices", "/programmes/launch/{draft}/offices"),
        ("office", "launch-units", "/programmes/launch/{draft}/units"),
        ("office", "launch-reminders", "/programmes/launch/{draft}/reminders"),
        ("office", "launch-rehearsal", "/programmes/launch/{draft}/rehearsal"),
        ("office", "papers", "/papers"),
        ("office", "paper", "/papers/{paper}"),
        ("office", "paper-new", "/papers/new"),
        ("office", "calendar", "/calendar"),
        ("office", "directory", $"/directory?programme={Programme}"),
        ("office", "mails", "/mails"),
        ("office", "mail-preview", "/mails/preview"),
        ("office", "mail-templates", "/mails/templates"),
        ("office", "mail-test", "/mails/test"),
        ("office", "calendar-feeds", "/settings/calendar"),
        ("office", "tokens", "/settings/tokens"),
        ("office", "api", "/api"),
        ("office", "definitions", "/definitions"),
        ("office", "definition", "/definitions/tongjiang-grading-batch/1"),
        ("office", "authenticator", "/account/authenticator"),
        ("office", "password", "/account/password"),
        ("office", "sign-ins", "/account/sign-ins"),
        ("office", "reassign", "/work/{work}/reassign"),
        ("supervisor", "supervision", $"/supervision?programme={Programme}"),
        ("supervisor", "compare", $"/supervision/compare?programme={Programme}"),
        ("supervisor", "urgings", "/supervision/urgings"),
        ("station", "work", "/work"),
        ("station", "work-item", "/work/{work}"),
        ("admin", "accounts", "/accounts"),
        ("admin", "account-new", "/accounts/create"),
        ("admin", "account", "/accounts/{account}"),
        ("admin", "settings", "/settings"),
        ("admin", "health", "/health"),
        ("admin", "audit", "/audit"),
    ];

    private static readonly (string Account, string Name, string Address)[] DuringTheAssessment =
    [
        ("office", "board-late", $"/programmes/{Programme}?view=Board&batch=1&state=Late"),
        ("office", "assessment", "/work/{verify}"),
        ("office", "scores", "/work/{verify}/scores/s01"),
    ];

    private static readonly (string Account, string Name, string Address)[] DuringTheNotice =
    [
        ("", "public-notices", "/public/notices"),
        ("", "public-notice", "/public/notices/{notice}"),
        ("", "public-objection", "/public/notices/{notice}/object"),
        ("", "public-receipt", "/public/objections"),
        ("office", "notices", "/notices"),
        ("office", "notice", "/notices/{notice}"),
        ("office", "objections", "/notices/objections"),
        ("office", "overview-later", "/"),
        ("office", "programme-notices", $"/programmes/{Programme}?view=Notices"),
    ];

    private static readonly (string Account, string Name, string Address)[] WithLedgers =
    [
        ("office", "ledgers", $"/ledgers?programme={Ledgers}"),
        ("office", "ledger-books", $"/ledgers?programme={Ledgers}&books=true"),
        ("office", "ledger-new", "/ledgers/new/{ledger}"),
        ("office", "ledger-entry", "/ledgers/entries/{entry}"),
        ("office", "review", "/review"),
        ("office", "review-work", "/review?kind=Work"),
        ("office", "review-extensions", "/review?kind=Extension"),
    ];

    public void Dispose() => journey.Tell(output);

    [BrowserFact(withAxe: true)]
    public async Task EveryPage_AtADeskAndOnAPhone_FitsAndRunsWithoutAFault()
    {
        await journey.StartAsync(new(2023, 7, 3));
        await journey.LaunchAsync("tongjiang-grading");
        await journey.AddAccountAsync(new("office", "办公室经办人", PersonRole.LeadingOffice));
        await journey.AddAccountAsync(new("supervisor", "督导人员", PersonRole.Supervisor));
        await journey.AddAccountAsync(new("station", "示例站经办人", PersonRole.Unit, null, Programme, "s01"));
        await journey.UntilAsync(new(2023, 9, 1));
        var late = (await journey.Service<SupervisionQuery>().RunAsync(Person.Engine, new(SupervisionShown.Late, Programme, 1, "unit", null), 1)).Lines.Rows;
        await journey.Service<UrgeWork>().UrgeAsync(Person.Engine, new([.. late.Take(2).Select(line => line.Id)], "已电话联系，承诺两日内补报。") { Channel = UrgingChannel.Call });
        var paper = await journey.Service<IssuePaper>().IssueAsync(Person.Engine, new(PaperKind.SupervisionOrder, "示例督〔2023〕1号", "关于按期完成对标自查的督办单", "请于回复期限前补报自查报告，并说明逾期原因。")
        {
            Programme = Programme, Issuer = "leadingGroupOffice", To = [], Cc = [], ToUnits = ["s01", "s02"], ReplyBy = new(2023, 9, 8),
        });
        var file = Path.Combine(Journey.Workflows, "wuhu-rectification", "launch.example.json");
        var sample = LaunchReader.Read(await File.ReadAllTextAsync(file), file).Launch!;
        var draft = await journey.Service<LaunchDrafts>().CreateAsync(Person.Engine, sample with { Id = "example-draft", Name = "文化站专项治理（草稿示例）" });
        var faults = new List<string>();
        await AddWorkerAsync();
        var station = await journey.Service<ManageAccounts>().ListAsync(Person.Engine, "station", 1);
        await LookAsync(InSeptember, faults, new() { ["{account}"] = station.Accounts[0].Id, ["{work}"] = late[0].Id, ["{paper}"] = paper.ToString(CultureInfo.InvariantCulture), ["{draft}"] = draft.ToString(CultureInfo.InvariantCulture) });
        await LookAsync(DuringTheAssessment, faults, new() { ["{verify}"] = await ScoredAsync() });
        await LookAsync(DuringTheNotice, faults, new() { ["{notice}"] = await journey.UntilNoticeAsync(Programme) });
        var entered = await EnteredAsync();
        await QueuedAsync(paper, entered["{entry}"]);
        await LookAsync(WithLedgers, faults, entered);
        await LookAtTheListAsync(faults);
        faults.ShouldBeEmpty();
    }

    /// <summary>An ordinary installation has somebody who does the jobs; the journey does them itself, and says nothing of itself.</summary>
    private async Task AddWorkerAsync()
    {
        var now = journey.Now;
        JobRun[] runs = [.. new[] { "BounceJob", "ComposeJob", "DigestJob", "EvidenceSweepJob", "OutboxJob", "PumpJob" }.Select((name, i) => new JobRun(name, now.AddSeconds(-2 - i), TimeSpan.FromMilliseconds(8 + (9 * i)), 0))];
        await using var db = await journey.Service<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        db.Nodes.Add(new()
        {
            Id = "worker", Name = "worker-1", Version = NodeHeartbeat.Version, Role = nameof(NodeRoles.Worker), StartedAt = now.AddHours(-30), SeenAt = now,
            State = JsonSerializer.Serialize(new NodeState(runs, TimeSpan.FromMilliseconds(120), null)),
        });
        await db.SaveChangesAsync();
    }

    /// <summary>A station of another programme has problems of its own in its ledger, one of them late.</summary>
    private async Task<Dictionary<string, string>> EnteredAsync()
    {
        var file = Path.Combine(Journey.Workflows, "wuhu-rectification", "launch.example.json");
        await journey.Service<LaunchProgramme>().LaunchAsync(Person.Engine, await File.ReadAllTextAsync(file), file, LaunchMode.Demonstration, warningsConfirmed: true);
        await journey.PumpAsync();
        var books = (await journey.Service<LedgerQueries>().LedgersAsync(Person.Engine, new(Ledgers))).Rows;
        var enter = journey.Service<OpenEntry>();
        var entry = await enter.OpenAsync(Person.Engine, books[0].Id, new("人员配备", "文化站无专职人员，兼职人员每周在岗不足三天。", Assignment: new("示例镇人民政府", "分管副镇长", new(2022, 12, 9))));
        await enter.OpenAsync(Person.Engine, books[0].Id, new("场地设施设备", "多功能厅长期堆放杂物，不能开展活动。", LedgerSource.UnannouncedCheck, "示例检〔2022〕7号", new("示例镇综合文化站", "站长", new(2022, 12, 15))));
        await enter.OpenAsync(Person.Engine, books[1].Id, new("服务效能和文化活动", "开放时间未公示，周末不开放。"));
        await journey.Service<ControlProgramme>().AdvanceClockAsync(Person.Engine, Ledgers, new(2022, 12, 12));
        await journey.PumpAsync();
        return new() { ["{ledger}"] = books[0].Id, ["{entry}"] = entry };
    }

    /// <summary>Something of every kind waits for the office: work handed in, extensions asked for, a problem to close, an answer, an objection.</summary>
    private async Task QueuedAsync(long paper, string entry)
    {
        // A station rectifies once its county has surveyed it; its county then looks at what it did.
        foreach (var survey in await OpenAsync("survey")) await journey.CompleteAsync(survey);
        await journey.PumpAsync();
        var open = await OpenAsync("rectify");
        open.Count.ShouldBe(QueuedMax);
        foreach (var item in open.Take(2)) await journey.Service<ReviewItem>().AskExtensionAsync(Person.Engine, item, new(2023, 1, 31), "设备采购须重新招标，预计一月底到货安装。");
        foreach (var item in open.Skip(2)) await journey.Service<WorkOnItem>().SubmitAsync(Person.Engine, item);
        await journey.Service<SubmitEntry>().SubmitAsync(Person.Engine, entry, "已调配专职人员一名，公示开放时间。");
        await journey.Service<ReplyToPaper>().ReplyAsync(new Person("s01") { ProgrammeId = Programme, UnitId = "s01" }, paper, "已补报自查报告。");
        var notice = (await journey.Service<NoticeQueries>().ListAsync(Person.Engine, Programme, NoticeState.Open, 1)).Rows[0].Id;
        await journey.Service<ObjectToNotice>().FileAsync(Person.Engine, notice, new("s03", ObjectionKind.RealName, "填报的开放时间与实际不符", "某群众"));
    }

    /// <summary>The first open work items of that step, of units.</summary>
    private async Task<List<string>> OpenAsync(string activity)
    {
        await using var db = await journey.Service<IDbContextFactory<ProgrammesDb>>().CreateDbContextAsync();
        return await db.WorkItems.Where(row => row.ProgrammeId == Ledgers && row.UnitId != null && row.Activity == activity && row.ClosedOn == null).OrderBy(row => row.Id).Select(row => row.Id).Take(QueuedMax).ToListAsync();
    }

    /// <summary>The list of late joiners as it is shown before they join, some of its rows refused.</summary>
    private async Task LookAtTheListAsync(List<string> faults)
    {
        var file = Path.Combine(journey.Folder, "名单.xlsx");
        await using (var content = File.Create(file))
        using (var book = new XlsxWriter(content, "名单", DateTimeOffset.UnixEpoch))
        {
            var sheet = book.AddSheet("名单", [.. Enum.GetValues<UnitColumn>().Select(column => new SheetColumn(UnitSheet.Title(column).Zh, 10))]);
            foreach (var i in Enumerable.Range(1, 12)) sheet.Row([.. new[] { $"示例新设站{i:00}", "", i == 7 ? "第一批" : "第二批", i == 9 ? "没有邮箱" : $"new{i}@example.org", "", "", "乡级" }.Select(Cell.Of)]);
        }

        foreach (var (width, height) in new[] { (Desk, DeskHeight), (Phone, PhoneHeight) })
        {
            var page = await journey.BrowseAsync("office", width: width, height: height);
            await page.GotoAsync($"/programmes/{Programme}/admit");
            await page.Locator("#file").SetInputFilesAsync(file);
            await page.Locator("#document").FillAsync("示例〔2023〕9号");
            await page.GetByRole(AriaRole.Button, new() { Name = "上传并核对" }).ClickAsync();
            await Assertions.Expect(page.GetByText("有 2 行不能加入").First).ToBeVisibleAsync();
            await LookAtAsync(page, "admit-list", $"/programmes/{Programme}/admit (list)", width, faults);
        }
    }

    /// <summary>A station hands its score sheet in, and the office that assesses it begins to score. Returns the assessment.</summary>
    private async Task<string> ScoredAsync()
    {
        var list = journey.Service<WorkListQuery>();
        var sheet = (await list.RunAsync(new("station") { ProgrammeId = Programme, UnitId = "s01" }, WorkShown.All, false, 1)).Lines.Rows.First(row => row.Title.En.StartsWith("Self-check", StringComparison.Ordinal)).Id;
        var own = Enumerable.Range(1, 34).ToDictionary(i => $"item{i:00}", i => $"{2 + (i % 3)}");
        await journey.Service<WorkOnItem>().SubmitAsync(Person.Engine, sheet, formJson: JsonSerializer.Serialize(own.Append(new("problems", "无")).ToDictionary()));
        await journey.UntilAsync(new(2023, 10, 9));
        var verify = (await list.RunAsync(new("departments") { ProgrammeId = Programme, OfficeRole = "departments" }, WorkShown.All, false, 1)).Lines.Rows.First(row => row.Title.En.StartsWith("Verify", StringComparison.Ordinal)).Id;
        var given = own.Take(20).ToDictionary(one => one.Key, one => one.Key.EndsWith('4') ? "1.5" : one.Value);
        await journey.Service<ScoreSheets>().ScoreAsync(Person.Engine, verify, "s01", FormValues.Parse(JsonSerializer.Serialize(given)), null);
        return verify;
    }

    private async Task LookAsync((string Account, string Name, string Address)[] pages, List<string> faults, Dictionary<string, string> ids)
    {
        foreach (var (width, height) in new[] { (Desk, DeskHeight), (Phone, PhoneHeight) })
        {
            foreach (var group in pages.GroupBy(page => page.Account))
            {
                var page = await journey.BrowseAsync(group.Key.Length == 0 ? null : group.Key, width: width, height: height);
                page.Console += (_, message) =>
                {
                    if (message.Type is "error" or "warning") faults.Add($"{page.Url} {width}: {message.Text}");
                };
                page.PageError += (_, error) => faults.Add($"{page.Url} {width}: {error}");
                foreach (var (_, name, address) in group)
                {
                    var answer = await page.GotoAsync(ids.Aggregate(address, (all, id) => all.Replace(id.Key, id.Value, StringComparison.Ordinal)));
                    if (answer is not { Ok: true }) faults.Add($"{address} {width}: answered {answer?.Status}");
                    await LookAtAsync(page, name, address, width, faults);
                }
            }
        }
    }

    /// <summary>What is seen of a page: whether it fits, its picture, and its barriers.</summary>
    private async Task LookAtAsync(IPage page, string name, string address, int width, List<string> faults)
    {
        if (await page.EvaluateAsync<string?>(Widest) is { } widest) faults.Add($"{address} {width}: scrolls sideways because of {widest}");
        await page.EvaluateAsync(WithoutPaths, new[] { journey.Folder, Path.GetDirectoryName(Journey.Workflows), Environment.MachineName });
        if (Folder is not null && (width == Desk || PhonePictures.Contains(name))) await page.ScreenshotAsync(new() { FullPage = WholePages, Path = Path.Combine(Folder, (width == Desk ? name : $"phone-{name}") + ".png") });
        faults.AddRange((await Axe.LookAsync(page)).Select(found => $"{address} {width}: {found}"));
    }
}
