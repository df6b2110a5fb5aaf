using ShimService.Linux;
using ShimService.Shim.CommandLine;

namespace ShimService.Shim.Start;

/// <summary>
/// The start action: finds or leaves behind the shim of a group and answers its address. Every byte on stdout and
/// stderr is read as part of the answer.
/// </summary>
internal static class StartCommand
{
    private const int LargestInput = 10 << 20;

    public static async Task<byte[]> RunAsync(ShimArguments arguments)
    {
        if (arguments.Id.Length == 0)
        {
            throw new UsageException("the id is missing: give it with -id");
        }

        var input = BootstrapParams.Parse(ReadInput(), arguments.Id, arguments.Namespace);
        var directory = Directory.GetCurrentDirectory();
        var group = GroupOfBundle.Read(directory, arguments.Id);
        var socket = arguments.Socket.Length > 0
            ? arguments.Socket
            : ShimSocket.PathOf(
                input is { SocketDirectory.Length: > 0 } ? input.SocketDirectory : ShimSocket.DefaultDirectory,
                arguments.Address,
                arguments.Namespace,
                group);
        using (var listener = ShimSocket.Listen(socket))
        {
            if (listener is not null)
            {
                await LeaveBehindAsync(arguments, group, listener, socket);
            }
        }

        var address = "unix://" + socket;
        if (!ShimEnvironment.IsShimd)
        {
            // containerd 1.6 and 1.7 look here when they come back.
            await File.WriteAllTextAsync(Path.Combine(directory, "address"), address);
        }

        return BootstrapAnswer.Format(
            address, input is not null, Environment.GetEnvironmentVariable(ShimEnvironment.MaxShimVersion) is not null);
    }

    private static async Task LeaveBehindAsync(
        ShimArguments arguments, string group, System.Net.Sockets.Socket listener, string socket)
    {
        try
        {
            await DaemonLaunch.RunAsync(arguments, group, listener);
        }
        catch
        {
            // Nobody will ever listen there.
            File.Delete(socket);
            throw;
        }
    }

    private static byte[] ReadInput()
    {
        using var stdin = Files.Open("/proc/self/fd/0", Linux.Abi.OpenFlags.ReadOnly);
        var buffer = new byte[4096];
        var length = 0;
        while (Files.Read(stdin, buffer.AsSpan(length), "stdin") is > 0 and var count)
        {
            length += count;
            if (length == buffer.Length)
            {
                if (length >= LargestInput)
                {
                    throw new UsageException($"stdin holds more than {LargestInput} bytes");
                }

                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return buffer[..length];
    }
}
