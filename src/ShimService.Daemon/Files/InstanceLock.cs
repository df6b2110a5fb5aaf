using System.Globalization;

namespace ShimService.Daemon.Files;

/// <summary>
/// One shimd per directory, for as long as this object lives. The lock is flock(2) on the lock file, so it dies
/// with its process however that ends; the pid beside it is for the message only.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private readonly FileStream _held;

    private InstanceLock(FileStream held) => _held = held;

    /// <summary>Errors: DaemonException naming the process that holds it.</summary>
    public static InstanceLock Take(string path)
    {
        var pidPath = Path.ChangeExtension(path, ".pid");
        FileStream held;
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) in .NET.
            held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException error) when (File.Exists(path))
        {
            var holder = File.Exists(pidPath) ? File.ReadAllText(pidPath).Trim() : "unknown";
            throw new DaemonException(
                $"{Path.GetDirectoryName(path)} is in use by another shimd (pid {holder}); "
                    + "stop it, or choose another --state and --root",
                error);
        }

        File.WriteAllText(pidPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        return new InstanceLock(held);
    }

    public void Dispose() => _held.Dispose();
}
