using System.CommandLine;

namespace Programmes.Cli;

/// <summary>A command that can show how it is meant.</summary>
internal sealed class ExampleCommand(string name, string description, string example) : Command(name, $"{description}\n  {example}")
{
    public string Example { get; } = example;
}
