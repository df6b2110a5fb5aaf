using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Shim.CommandLine;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Shim.Options;

namespace ShimService.Shim.Start;

/// <summary>
/// The start action: finds or leaves behind the shim of a group and answers its address. Every byte on stdout and
/// stderr is read as part of the answer.
/// </summary>
internal static class StartCommand
{
    /// <param name="arguments">Of the command line.</param>
    /// <param name="answer">Takes the answer to the caller; a shim just left behind ends when that fails.</param>
    public static async Task RunAsync(ShimArguments arguments, Action<byte[]> answer)
    {
        var stdin = StandardInput.Read();
        var input = BootstrapParams.Parse(stdin, arguments.Id, arguments.Namespace);
        arguments = Complete(arguments, input);
        var options = input is null
            ? RuntimeOptionsReader.Read(Legacy(stdin))
            : RuntimeOptionsReader.ReadAny(input.Extensions);
        var directory = Directory.GetCurrentDirectory();
        var group = GroupOfBundle.Read(directory)
            ?? (options.Group.Length > 0 ? options.Group : arguments.Id);
        var socket = arguments.Socket.Length > 0
            ? arguments.Socket
            : ShimSocket.PathOf(
                input is { SocketDirectory.Length: > 0 } ? input.SocketDirectory : ShimSocket.DefaultDirectory,
                arguments.Address,
                arguments.Namespace,
                group);
        var isNew = await GroupShim.EnsureAsync(
            arguments, group, socket, options.ShimCgroup, input?.TtrpcAddress ?? "");
        var address = "unix://" + socket;
        try
        {
            if (!ShimEnvironment.IsShimd)
            {
                // containerd 1.6 and 1.7 look here when they come back, and so does our own delete.
                await File.WriteAllTextAsync(Path.Combine(directory, AddressFile.Name), address);
            }

            answer(BootstrapAnswer.Format(
                address,
                input is not null,
                Environment.GetEnvironmentVariable(ShimEnvironment.MaxShimVersion) is not null,
                options.BootstrapVersion));
        }
        catch when (isNew)
        {
            await GroupShim.EndAsync(socket, arguments.Id);
            throw;
        }
    }

    /// <summary>What stands on stdin is the newer word; flags fill in for the rest.</summary>
    private static ShimArguments Complete(ShimArguments arguments, BootstrapParams? input)
    {
        if (input is not null)
        {
            arguments = arguments with
            {
                Id = input.InstanceId,
                Namespace = input.Namespace,
                Address = input.GrpcAddress.Length > 0 ? input.GrpcAddress : arguments.Address,
                PublishBinary = input.ContainerdBinary.Length > 0 ? input.ContainerdBinary : arguments.PublishBinary,
                Debug = arguments.Debug || input.LogLevel < 0,
            };
        }

        return arguments switch
        {
            { Namespace.Length: 0 } => throw new UsageException("the namespace is missing: give it with -namespace"),
            { Id.Length: 0 } => throw new UsageException("the id is missing: give it with -id"),
            _ => arguments with { Id = Ids.Container(arguments.Id).Value },
        };
    }

    private static Any? Legacy(byte[] stdin)
    {
        try
        {
            return stdin.Length == 0 ? null : Any.Parser.ParseFrom(stdin);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new UsageException(
                "stdin holds neither the bootstrap parameters of this container nor runtime options");
        }
    }
}
