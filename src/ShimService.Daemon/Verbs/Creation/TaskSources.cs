using ShimService.Contracts.V1;
using ShimService.Daemon.Files;
using ShimService.Network;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>Reads what a Create request wants: exactly one of a bundle and a config.</summary>
internal sealed class TaskSources(ContainerSource containers, StateLayout layout)
{
    /// <summary>Errors: RpcException InvalidArgument, SpecException.</summary>
    /// <param name="wanted">What its container wants of networks; null = nothing.</param>
    public async Task<TaskSource> ReadAsync(CreateRequest request, NetworkingRequest? wanted = null) =>
        (request.Bundle.Length > 0, request.Config) switch
    {
        (true, null) => BundleSource.Read(request.Bundle, request.OpenStdin),
        (false, { }) when request.OpenStdin => throw RpcException.InvalidArgument(
            "open_stdin", "open_stdin goes with a bundle; a config has its own: set config.open_stdin"),
        (false, { } config) =>
            await containers.BuildAsync(request.Id, layout.TaskDirectory(request.Id), config, wanted),
        (true, _) => throw RpcException.InvalidArgument("config", "bundle and config exclude each other: give one"),
        (false, null) => throw RpcException.InvalidArgument(
            "bundle", "give a bundle or a config to make the task from"),
    };

    /// <summary>The same for a spec that is only looked at, in a bundle that is elsewhere.</summary>
    public Task<TaskSource> ExplainAsync(
        string id, string bundle, ContainerConfig config, NetworkingRequest? wanted) =>
        containers.BuildAsync(id, bundle, config, wanted);
}
