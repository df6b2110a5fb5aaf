using ShimService.Linux.Abi;
using ShimService.Linux.Native;

namespace ShimService.Linux;

/// <summary>
/// Namespaces that exist because a thread of this process is in them, instead of a process that does nothing else. They
/// are found at /proc/&lt;thread id&gt;/ns, as any process's are. Source: man 7 namespaces, man 2 unshare: all but user
/// and pid namespaces belong to the thread.
/// </summary>
public sealed class NamespaceHolder : IDisposable
{
    private const int StackSize = 128 * 1024;

    private readonly ManualResetEventSlim _ready = new();
    private readonly ManualResetEventSlim _release = new();
    private readonly Thread _thread;
    private Exception? _failure;

    private NamespaceHolder(NamespaceSettings settings)
    {
        _thread = new Thread(() => Run(settings), StackSize) { Name = "namespaces", IsBackground = true };
        _thread.Start();
        _ready.Wait();
    }

    /// <summary>As the kernel and /proc number it.</summary>
    public int ThreadId { get; private set; }

    /// <summary>Returns when all is as asked. Errors: KernelException with the step.</summary>
    public static NamespaceHolder Open(NamespaceSettings settings)
    {
        var holder = new NamespaceHolder(settings);
        if (holder._failure is { } failure)
        {
            holder.Dispose();
            throw failure;
        }

        return holder;
    }

    /// <summary>Leaves: what nobody else is in goes.</summary>
    public void Dispose()
    {
        _release.Set();
        _thread.Join();
        _ready.Dispose();
        _release.Dispose();
    }

    private void Run(NamespaceSettings settings)
    {
        try
        {
            ThreadId = NativeNamespaces.ThreadId();
            if (settings.NetworkPath.Length > 0)
            {
                using var network = Files.Open(settings.NetworkPath, OpenFlags.ReadOnly);
                NativeNamespaces.Join(network.Number, NamespaceFlags.Network, settings.NetworkPath);
            }

            NativeNamespaces.Leave(settings.Made);
            if (settings.Hostname.Length > 0 && (settings.Made & NamespaceFlags.Uts) != 0)
            {
                NativeNamespaces.SetHostname(settings.Hostname);
            }

            // /proc/sys shows the namespaces of the thread that opens it.
            foreach (var (name, value) in settings.Sysctls)
            {
                Files.Write($"/proc/sys/{name.Replace('.', '/')}", value);
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
            _ready.Set();
            return;
        }

        _ready.Set();
        _release.Wait();
    }
}
