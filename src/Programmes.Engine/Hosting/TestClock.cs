using System.Globalization;

namespace Programmes.Engine.Hosting;

/// <summary>
/// A clock that tests set through a file. It takes three deliberate acts to switch it on: the variable
/// <c>PROGRAMMES_TEST_CLOCK</c> with the file's path, the environment name <c>Testing</c>, and a database that never
/// ran in real time (<see cref="EngineStartup"/> checks the last).
/// </summary>
public sealed class TestClock(string file) : TimeProvider
{
    public const string Variable = "PROGRAMMES_TEST_CLOCK";
    public const string EnvironmentName = "Testing";

    private DateTimeOffset last;

    /// <summary>The clock for this process.</summary>
    /// <exception cref="InvalidOperationException">The variable is set outside the test environment.</exception>
    public static TimeProvider For(string environmentName, string? file)
    {
        if (string.IsNullOrEmpty(file)) return System;
        if (environmentName != EnvironmentName)
            throw new InvalidOperationException($"{Variable} is set, but the environment is {environmentName}: a test clock runs only in the environment {EnvironmentName}. Remove the variable.");
        return new TestClock(file);
    }

    public override DateTimeOffset GetUtcNow()
    {
        // The writer replaces the file; a moment in which it is missing or half written changes nothing.
        try
        {
            if (DateTimeOffset.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read)) last = read;
        }
        catch (IOException)
        {
        }

        return last;
    }
}
