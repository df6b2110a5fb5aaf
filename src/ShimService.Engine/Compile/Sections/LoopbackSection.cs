using System.Buffers.Binary;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>A new network namespace comes with its loopback interface down: brings it up.</summary>
internal static class LoopbackSection
{
    private const long InternetFamily = 2;
    private const long DatagramCloseOnExec = 2 | 0x80000;
    private const short UpAndRunning = 0x1 | 0x40;

    internal static void Append(Compilation compilation)
    {
        if (!compilation.IsNew(LinuxNamespaceKind.Network))
        {
            return;
        }

        // struct ifreq: 16 bytes of name, then the flags.
        const string step = "bring up the loopback interface";
        var request = new byte[40];
        "lo"u8.CopyTo(request);
        BinaryPrimitives.WriteInt16LittleEndian(request.AsSpan(16), UpAndRunning);
        var socket = compilation.Plan.Call(
            step, Clauses.Namespaces, SystemCall.Socket, InternetFamily, DatagramCloseOnExec, 0);
        compilation.Plan.Call(
            step, Clauses.Namespaces, SystemCall.Ioctl, socket, KernelValues.SetInterfaceFlags, request).On("lo");
    }
}
