using System.Text;
using System.Text.Json;

namespace Programmes.Cli.Tests;

/// <summary>The program's front door with captured output.</summary>
internal sealed record Cli(int ExitCode, byte[] Bytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    public static Task<Cli> RunAsync(params string[] args) => RunAsync(_ => null, args);

    public static async Task<Cli> RunAsync(Func<string, string?> environment, params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var code = await CommandLine.RunAsync(args, new Terminal(output, error) { Environment = environment });
        return new(code, output.ToArray(), Encoding.UTF8.GetString(error.ToArray()));
    }
}
