namespace Programmes.Storage;

/// <summary>A row with a concurrency token, which <see cref="ProgrammesDb"/> raises by one with every change that it saves.</summary>
public interface IVersioned
{
    int Version { get; set; }
}
