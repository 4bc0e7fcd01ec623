using System.Globalization;
using Programmes.Storage.Tests.Databases;

namespace Programmes.Engine.Tests.Faults;

/// <summary>One PostgreSQL for the tests of faults, which run one after the other; each has a database of its own.</summary>
public sealed class FaultCluster : IDisposable
{
    private readonly Lazy<PostgresCluster> cluster = new();
    private int count;

    internal PostgresCluster Cluster => cluster.Value;

    /// <summary>Of a database that is not there yet; migrating creates it.</summary>
    public string NewDatabase() => Cluster.ConnectionString(string.Create(CultureInfo.InvariantCulture, $"f{Interlocked.Increment(ref count)}"));

    public void Dispose()
    {
        if (cluster.IsValueCreated) cluster.Value.Dispose();
    }
}

[CollectionDefinition(nameof(FaultCluster), DisableParallelization = true)]
public sealed class FaultCollection : ICollectionFixture<FaultCluster>;

/// <summary>Skipped, saying why, where there is no PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresCluster.SkipReason;
}

/// <inheritdoc cref="PostgresFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresCluster.SkipReason;
}
