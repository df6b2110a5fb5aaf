using System.Net.Sockets;
using System.Runtime.InteropServices;
using ShimService.Linux;
using ShimService.Shim.CommandLine;
using ShimService.Shim.Forward;
using ShimService.Shim.Start;
using ShimService.Tasks.Ports;

namespace ShimService.Shim.Serve;

/// <summary>No action word: be the daemon.</summary>
internal static class ServeCommand
{
    private const PosixSignal UserSignal = (PosixSignal)10;

    /// <param name="arguments">With -socket: listens there itself; else takes the listener as descriptor 3.</param>
    /// <param name="makeEngine">Called once the listener is known to be good.</param>
    public static async Task RunAsync<TEngine>(ShimArguments arguments, Func<ShimLog, TEngine> makeEngine)
        where TEngine : IEngine, IDisposable
    {
        var listener = arguments.Socket.Length > 0
            ? ShimSocket.Listen(arguments.Socket)
                ?? throw new UsageException($"a shim already serves {arguments.Socket}")
            : Adopt();
        var directory = Directory.GetCurrentDirectory();
        var socketPath = ((UnixDomainSocketEndPoint)listener.LocalEndPoint!).ToString();
        using var log = ShimLog.Open(directory, TimeProvider.System);
        using var engine = makeEngine(log);
        using var daemon = new ShimDaemon(
            new ShimOptions(directory, arguments.Id, socketPath, ShimEnvironment.IsShimd)
            {
                Namespace = arguments.Namespace,
                EventsAddress = ShimEnvironment.IsShimd
                    ? ""
                    : ContainerdEvents.AddressOf(
                        Environment.GetEnvironmentVariable(ShimEnvironment.TtrpcAddress), arguments.Address),
            },
            engine,
            log,
            TimeProvider.System);
        using var terminate = Handle(PosixSignal.SIGTERM, daemon.Stop);
        using var interrupt = Handle(PosixSignal.SIGINT, daemon.Stop);
        using var dump = Handle(UserSignal, daemon.Dump);
        WarnOfWritableProgram(log);
        log.Info($"shim {ShimVersion.Text} of group {arguments.Id} serves {socketPath}");
        await daemon.RunAsync(listener);
        log.Info($"shim of group {arguments.Id} ends");
    }

    private static Socket Adopt()
    {
        try
        {
            return new Socket(new SafeSocketHandle(DaemonLaunch.ListenerDescriptor, ownsHandle: true));
        }
        catch (SocketException failure)
        {
            throw new UsageException(
                $"descriptor {DaemonLaunch.ListenerDescriptor} is not a listening socket ({failure.SocketErrorCode}): "
                + "use the start action, or give -socket");
        }
    }

    private static void WarnOfWritableProgram(ShimLog log)
    {
        if (!ThisProcess.RunsFromReadOnlyMount())
        {
            log.Info("the shim's program can be opened for writing by who controls a container's process before its "
                + "execve (CVE-2019-5736): open_tree or mount_setattr was refused to the start action (Linux >= 5.12, "
                + "CAP_SYS_ADMIN), or the daemon was started without it; put the program on a read-only filesystem");
        }
    }

    private static PosixSignalRegistration Handle(PosixSignal signal, Action handler) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            handler();
        });
}
