namespace Programmes.Engine.Hosting;

/// <summary>Whether this node has what it serves and works with: a database that answered and was brought up to date. Once ready it stays so.</summary>
public sealed class NodeStart
{
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsReady => ready.Task.IsCompletedSuccessfully;

    /// <exception cref="OperationCanceledException">The host stops.</exception>
    public Task WhenReadyAsync(CancellationToken cancellationToken) => ready.Task.WaitAsync(cancellationToken);

    internal void Ready() => ready.TrySetResult();
}

/// <summary>A node cannot start before somebody changes something; the message says what, in Chinese and English.</summary>
public sealed class StartRefusedException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
