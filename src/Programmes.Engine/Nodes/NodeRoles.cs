namespace Programmes.Engine.Nodes;

/// <summary>What a node does. At least one node has to work, and one to serve.</summary>
[Flags]
public enum NodeRoles
{
    /// <summary>Serves pages and the API.</summary>
    Web = 1,

    /// <summary>Runs the recurring jobs: timers, mails, digests.</summary>
    Worker = 2,

    All = Web | Worker,
}
