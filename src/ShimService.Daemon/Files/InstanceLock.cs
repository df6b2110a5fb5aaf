using System.Globalization;

namespace ShimService.Daemon.Files;

/// <summary>
/// One shimd per directory, for as long as this object lives. The lock is flock(2) on the lock file, so it dies
/// with its process however that ends; the pid beside it is for the message only.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private const int Attempts = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _held;

    private InstanceLock(FileStream held) => _held = held;

    /// <summary>Errors: DaemonException naming the process that holds it.</summary>
    public static InstanceLock Take(string path)
    {
        var pidPath = Path.ChangeExtension(path, ".pid");
        var held = Open(path, pidPath);
        File.WriteAllText(pidPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        return new InstanceLock(held);
    }

    private static FileStream Open(string path, string pidPath)
    {
        using var pause = new ManualResetEventSlim();
        for (var left = Attempts; ; left--)
        {
            try
            {
                // FileShare.None is flock(LOCK_EX | LOCK_NB) in .NET.
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException error) when (File.Exists(path))
            {
                var holder = File.Exists(pidPath) ? File.ReadAllText(pidPath).Trim() : "unknown";
                if (left == 0 || holder.Length == 0 || Directory.Exists("/proc/" + holder) || holder == "unknown")
                {
                    throw new DaemonException(
                        $"{Path.GetDirectoryName(path)} is in use by another shimd (pid {holder}); "
                            + "stop it, or choose another --state and --root",
                        error);
                }
            }

            // Of one that was killed while it started a program: the child lets go of the lock with its execve.
            pause.Wait(Pause);
        }
    }

    public void Dispose() => _held.Dispose();
}
