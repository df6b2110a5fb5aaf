using System.Text;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Rpc;
using ShimService.Shim;
using ShimService.Shim.CommandLine;
using ShimService.Shim.Delete;
using ShimService.Shim.Info;
using ShimService.Shim.Serve;
using ShimService.Shim.Start;
using ShimService.Tasks.Errors;

const int StandardOutput = 1;
const int StandardError = 2;

try
{
    var arguments = ShimArguments.Parse(args);
    switch (arguments.Action)
    {
        case ShimAction.Serve:
            await ServeCommand.RunAsync(arguments, log => EngineFactory.Create(log, arguments.Namespace));
            break;
        case ShimAction.Start:
            await StartCommand.RunAsync(arguments, answer => Print(StandardOutput, answer));
            break;
        case ShimAction.Delete:
            Print(StandardOutput, await DeleteCommand.RunAsync(arguments, TimeProvider.System));
            break;
        case ShimAction.Info:
            Print(StandardOutput, InfoCommand.Run(StandardInput.Read()));
            break;
        case ShimAction.Version:
            Print(StandardOutput, Encoding.UTF8.GetBytes($"{InfoCommand.RuntimeName} {ShimVersion.Text}\n"));
            break;
        default:
            throw new UsageException($"unknown action {arguments.Action}");
    }

    return 0;
}
catch (Exception failure)
{
    // One clear line: containerd shows it to its user as it is. A defect of ours comes with its place.
    var expected = failure is UsageException or TaskException or KernelException or RpcException or IOException
        or UnauthorizedAccessException;
    Print(StandardError, Encoding.UTF8.GetBytes((expected ? failure.Message : failure.ToString()) + "\n"));
    return 1;
}

// Not disposed: the descriptor is the caller's.
static void Print(int descriptor, byte[] bytes) => Files.Write(new FileDescriptor(descriptor), bytes);
