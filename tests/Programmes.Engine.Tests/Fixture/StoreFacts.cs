namespace Programmes.Storage.Tests.Databases;

/// <summary>Where the attribute for tests on either database is compiled into.</summary>
internal static class StoreFacts
{
    public const string Assembly = "Programmes.Engine.Tests";
}
