using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Programmes.Cli.Tests;

/// <summary>The real program: its exit code and its bytes.</summary>
public class ProcessTests
{
    [Fact]
    public async Task Process_WritesUtf8AndReturnsItsExitCode()
    {
        var (code, bytes, error) = await RunAsync("calendar", "add", "2023-09-25", "5 working days", "--json");
        var (refused, nothing, why) = await RunAsync("calendar", "add", "2023-02-30", "5 working days");

        code.ShouldBe(0);
        error.ShouldBeEmpty();
        bytes[0].ShouldBe((byte)'{');
        var json = JsonDocument.Parse(bytes).RootElement;
        json.GetProperty("result").GetString().ShouldBe("2023-10-08");
        Encoding.UTF8.GetString(bytes).ShouldContain("中秋节、国庆节放假");
        refused.ShouldBe(2);
        nothing.ShouldBeEmpty();
        why.ShouldContain("“2023-02-30”不是有效日期");
    }

    private static async Task<(int ExitCode, byte[] Output, string Error)> RunAsync(params string[] args)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "programmes.dll"), .. args])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardErrorEncoding = Encoding.UTF8, WorkingDirectory = Path.GetTempPath(),
        };
        // A machine's locale must not decide what the program writes.
        start.Environment["LANG"] = "C";
        start.Environment.Remove("PROGRAMMES_LANG");
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        return (process.ExitCode, output.ToArray(), await error);
    }
}
