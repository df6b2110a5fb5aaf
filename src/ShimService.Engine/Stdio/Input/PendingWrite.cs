namespace ShimService.Engine.Stdio.Input;

/// <summary>One write that waits for the kernel to take it. Stdio thread only, but for its task.</summary>
internal sealed class PendingWrite(ReadOnlyMemory<byte> data)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>What the kernel has not taken yet; the caller's buffer.</summary>
    public ReadOnlyMemory<byte> Rest { get; set; } = data;
}
