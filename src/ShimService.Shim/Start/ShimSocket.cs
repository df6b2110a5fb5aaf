using System.Net.Sockets;
using System.Text;
using ShimService.Linux;

namespace ShimService.Shim.Start;

/// <summary>
/// Where a group's shim listens. The name is the one containerd's own shim uses, so that its tools find it: the
/// SHA-256 of address, namespace and group. Source: containerd 2.1 pkg/shim/util_unix.go.
/// </summary>
internal static class ShimSocket
{
    public const string DefaultDirectory = "/run/containerd/s";

    /// <summary>Go refuses longer ones; the kernel takes one more.</summary>
    private const int MaximumPath = 106;
    private const int Backlog = 512;
    private const UnixFileMode PrivateDirectory =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string PathOf(string directory, string address, string containerdNamespace, string group)
    {
        var key = string.Join('/', Clean(address), containerdNamespace, group);
        return Path.Combine(directory, Sha256.Hex(Encoding.UTF8.GetBytes(key)));
    }

    /// <summary>
    /// A listening socket, or null when a live shim already serves the path. A socket file nobody listens on is
    /// replaced. Holds a lock meanwhile: two starts of one group would unlink each other's socket.
    /// </summary>
    public static Socket? Listen(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) > MaximumPath)
        {
            throw new CommandLine.UsageException(
                $"socket path \"{path}\" is longer than {MaximumPath} bytes: use a shorter state directory");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!, PrivateDirectory);
        using var held = FileLock.Acquire(path + ".lock");
        if (IsAlive(path))
        {
            return null;
        }

        File.Delete(path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(Backlog);

            // The Socket that bound a path removes the file when it is closed, and it is closed here once the daemon
            // has it: go on with one that knows only the descriptor.
#pragma warning disable CA1816 // The rule is about Dispose; here the descriptor moves to another object.
            GC.SuppressFinalize(listener);
#pragma warning restore CA1816
            return new Socket(listener.SafeHandle);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>A unix socket answers at once or not at all: nobody listening is ECONNREFUSED.</summary>
    public static bool IsAlive(string path)
    {
        // The ordinary case, without an exception: the first one costs half a millisecond.
        if (!File.Exists(path))
        {
            return false;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>As Go's path.Join cleans it: no doubled or trailing slashes.</summary>
    private static string Clean(string path)
    {
        var cleaned = new StringBuilder(path.Length);
        foreach (var character in path)
        {
            if (character != '/' || cleaned.Length == 0 || cleaned[^1] != '/')
            {
                cleaned.Append(character);
            }
        }

        return cleaned.Length > 1 && cleaned[^1] == '/' ? cleaned.ToString(0, cleaned.Length - 1) : cleaned.ToString();
    }
}
