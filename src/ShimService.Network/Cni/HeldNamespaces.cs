using System.Globalization;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;

namespace ShimService.Network.Cni;

/// <summary>
/// Network namespaces that plugins are still to clean up: held by a descriptor, so that they outlive their container
/// until DEL. Without the namespace a plugin leaves what it can only find there (bridge: its masquerade chain). Any
/// thread.
/// </summary>
internal sealed class HeldNamespaces : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FileDescriptor> _held = new(StringComparer.Ordinal);

    /// <summary>
    /// The path plugins open a container's namespace by; held from the first call on. Empty when it is gone: the
    /// container ended while no daemon held it.
    /// </summary>
    /// <param name="pid">Of a process in it; 0 when there is none any more.</param>
    public string PathOf(string container, int pid)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue(container, out var held))
            {
                if (pid <= 0 || TryOpen(pid) is not { } opened)
                {
                    return "";
                }

                held = opened;
                _held.Add(container, held);
            }

            return string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{held.Number}");
        }
    }

    public void Release(string container)
    {
        lock (_gate)
        {
            if (_held.Remove(container, out var held))
            {
                held.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var held in _held.Values)
            {
                held.Dispose();
            }

            _held.Clear();
        }
    }

    private static FileDescriptor? TryOpen(int pid)
    {
        try
        {
            return Files.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net"), OpenFlags.ReadOnly);
        }
        catch (KernelException error) when (error.Errno is Errno.ENOENT or Errno.ESRCH)
        {
            return null;
        }
    }
}
