using Programmes.Core.Workflows;

namespace Programmes.Storage.Instances;

/// <summary>An instance under this transaction's lock.</summary>
public sealed record LoadedInstance
{
    public required string Id { get; init; }

    /// <summary>Null for a workflow outside any programme.</summary>
    public string? Programme { get; init; }

    /// <summary>A cached launch of another revision is stale.</summary>
    public int LaunchRevision { get; init; }
    public long ClockId { get; init; }
    public int? Batch { get; init; }
    public string? Unit { get; init; }
    public string? Parent { get; init; }
    public int? ParentNode { get; init; }
    public string? FromInstance { get; init; }
    public required string DefinitionId { get; init; }
    public int DefinitionVersion { get; init; }

    /// <summary>The concurrency token.</summary>
    public int Version { get; init; }

    /// <summary>As last committed; pending and empty before the first decision.</summary>
    public required InstanceState State { get; init; }

    /// <summary>Stimuli up to the horizon, in order of nominal time and then of sending; at most <see cref="InstanceStore.StimuliMax"/>, the rest comes with a later page.</summary>
    public IReadOnlyList<PendingStimulus> Stimuli { get; init; } = [];
}

/// <summary>An instance as a person finds it.</summary>
/// <param name="Now">By the programme's clock, at the beginning of the transaction.</param>
/// <param name="Suspension">Null: its programme is not suspended, or it has none.</param>
public sealed record OpenedInstance(LoadedInstance Instance, DateTimeOffset Now, Suspension? Suspension);

/// <param name="On">Nobody works on the programme from this day.</param>
public sealed record Suspension(DateOnly On, string? Reason);

/// <param name="Stimulus">Its nominal instant is set.</param>
public sealed record PendingStimulus(long Id, string Sender, DateTimeOffset NominalAt, Stimulus Stimulus);

/// <summary>What was decided about an instance, to be written. Several decisions of a page about one instance are written as one: the last state, all commands in order.</summary>
public sealed record DecidedInstance(LoadedInstance Before, InstanceState After, IReadOnlyList<Command> Commands)
{
    /// <summary>The stimuli that were taken; they are deleted.</summary>
    public IReadOnlyList<PendingStimulus> Consumed { get; init; } = [];

    /// <summary>When it should have happened, by the programme's clock: the nominal instant of what it sends to others.</summary>
    public required DateTimeOffset NominalAt { get; init; }

    /// <summary>When it did happen, by the programme's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The first reminder of work items that the commands open, by work item id; none: nobody is reminded.</summary>
    public IReadOnlyDictionary<string, DateOnly> FirstReminders { get; init; } = new Dictionary<string, DateOnly>();
}

/// <summary>An instance that does not exist yet.</summary>
public sealed record NewInstance(string Id, string? Programme, string DefinitionId, int DefinitionVersion)
{
    public long ClockId { get; init; }
    public string? Name { get; init; }
    public string? CorrelationId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The nominal instant of its start.</summary>
    public required DateTimeOffset NominalAt { get; init; }
    public IReadOnlyDictionary<string, object?>? Input { get; init; }

    /// <summary>Who started it.</summary>
    public string? Actor { get; init; }
}

/// <summary>Something about one instance kept its decision from being written; the transaction is to be rolled back.</summary>
public abstract class InstanceWriteException(string instance, string message) : Exception(message)
{
    public string Instance { get; } = instance;
}

/// <summary>Somebody else changed the instance since it was loaded. Retried, it may succeed.</summary>
public sealed class InstanceChangedException(string instance)
    : InstanceWriteException(instance, $"Instance {instance} was changed by somebody else.");

/// <summary>The state outgrew <see cref="InstanceState.JsonLengthMax"/>.</summary>
public sealed class StateTooLargeException(string instance, int lengthBytes)
    : InstanceWriteException(instance, $"The state of instance {instance} has {lengthBytes} bytes, more than {InstanceState.JsonLengthMax}.")
{
    public int LengthBytes { get; } = lengthBytes;
}

/// <summary>A command cannot be written for this instance: unknown to this program, or without the batch, unit or definition that it needs.</summary>
public sealed class CommandRefusedException(string instance, Command command, string reason)
    : InstanceWriteException(instance, $"Instance {instance}: {command.GetType().Name} cannot be written: {reason}")
{
    public Command Command { get; } = command;
}
