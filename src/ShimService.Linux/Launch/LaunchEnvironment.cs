namespace ShimService.Linux.Launch;

/// <summary>What the launcher's threads share.</summary>
internal sealed class LaunchEnvironment(FileDescriptor nullDevice, ulong ignoredSignals, SyncWatcher watcher) : IDisposable
{
    public FileDescriptor NullDevice { get; } = nullDevice;

    public ulong IgnoredSignals { get; } = ignoredSignals;

    public SyncWatcher Watcher { get; } = watcher;

    /// <summary>
    /// Held over marking the memory and clone3: which mappings a child gets is a property of the whole process.
    /// </summary>
    public static Lock CloneLock { get; } = new();

    /// <summary>The thread whose memory is marked to be copied. Under <see cref="CloneLock"/>.</summary>
    public static LaunchThread? Marked { get; set; }

    public void Dispose() => NullDevice.Dispose();
}
