using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ShimService.Cli.Descriptors;

/// <summary>A process's pidfd for whoever listens on a unix socket. Source: man 2 pidfd_open, Linux ≥ 5.3.</summary>
internal static class PidDescriptor
{
    /// <summary>
    /// Sends it, with one byte. The process is a child that its shim has not reaped: the number is its own.
    /// </summary>
    /// <exception cref="IOException">Nobody listens there, or the process is gone.</exception>
    public static void Send(string? path, uint pid)
    {
        if (path is null)
        {
            return;
        }

        nint opened = DescriptorNative.SystemCall(DescriptorNative.PidfdOpen, (nint)pid, 0);
        if (opened < 0)
        {
            throw new IOException($"pidfd_open {pid}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(Path.GetFullPath(path)));
            HandedDescriptor.Send(socket, (int)opened);
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            throw new IOException($"--pidfd-socket {path}: {error.Message}", error);
        }
        finally
        {
            _ = DescriptorNative.Close((int)opened);
        }
    }
}
