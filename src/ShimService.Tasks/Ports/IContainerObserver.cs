namespace ShimService.Tasks.Ports;

/// <summary>What a container tells its owner unasked. Called on an engine thread: hand over and return.</summary>
public interface IContainerObserver
{
    /// <summary>The container's out-of-memory kill count grew. Always before the exit it caused completes.</summary>
    void OutOfMemoryKilled();
}
