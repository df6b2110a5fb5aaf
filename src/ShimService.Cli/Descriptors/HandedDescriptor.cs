using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ShimService.Cli.Descriptors;

/// <summary>A descriptor that comes over, or goes into, a unix socket. Source: man 7 unix, SCM_RIGHTS.</summary>
internal static unsafe class HandedDescriptor
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS

    /// <summary>Sends it, with one byte.</summary>
    /// <exception cref="IOException">The other end is gone.</exception>
    public static void Send(Socket socket, int descriptor)
    {
        byte content = 0;
        var control = new DescriptorControl
        {
            Length = DescriptorControl.LengthUsed, Level = SocketLevel, Type = Rights, Descriptor = descriptor,
        };
        var vector = new DataVector { Start = &content, Length = 1 };
        var message = new SocketMessage
        {
            Vectors = &vector, VectorCount = 1, Control = &control, ControlLength = (nuint)sizeof(DescriptorControl),
        };

        // SAFETY: everything the message points to is on our stack during the call, which only reads it.
        if (DescriptorNative.SendMessage((int)socket.Handle, &message, DescriptorNative.NoSignal) < 0)
        {
            throw Failed("sendmsg");
        }
    }

    /// <summary>Waits for the first; what is said beside it is not looked at. The caller owns it.</summary>
    /// <exception cref="IOException">Something else came, or nothing.</exception>
    public static int Receive(Socket socket)
    {
        socket.Blocking = true;
        byte* content = stackalloc byte[4096];
        DescriptorControl control = default;
        var vector = new DataVector { Start = content, Length = 4096 };
        var message = new SocketMessage
        {
            Vectors = &vector, VectorCount = 1, Control = &control, ControlLength = (nuint)sizeof(DescriptorControl),
        };

        // SAFETY: everything the message points to is on our stack during the call, which writes within its lengths.
        if (DescriptorNative.ReceiveMessage((int)socket.Handle, &message, DescriptorNative.CloseOnExec) < 0)
        {
            throw Failed("recvmsg");
        }

        return control is { Length: DescriptorControl.LengthUsed, Level: SocketLevel, Type: Rights }
            ? control.Descriptor
            : throw new IOException("recvmsg: no descriptor came with the message");
    }

    private static IOException Failed(string call) =>
        new($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
}
