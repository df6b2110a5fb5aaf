using ShimService.Contracts.V1;
using ShimService.Oci.Build;
using ShimService.Oci.Write;
using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>Reads what a Create request wants: exactly one of a bundle and a config.</summary>
internal sealed class TaskSources(IBuildHost host)
{
    /// <summary>Errors: RpcException InvalidArgument, SpecException.</summary>
    public TaskSource Read(CreateRequest request) => (request.Bundle.Length > 0, request.Config) switch
    {
        (true, null) => BundleSource.Read(request.Bundle, request.OpenStdin),
        (false, { }) when request.OpenStdin => throw RpcException.InvalidArgument(
            "open_stdin", "open_stdin goes with a bundle; a config has its own: set config.open_stdin"),
        (false, { } config) => Build(request.Id, config),
        (true, _) => throw RpcException.InvalidArgument("config", "bundle and config exclude each other: give one"),
        (false, null) => throw RpcException.InvalidArgument("bundle", "give a bundle or a config to make the task from"),
    };

    /// <summary>The spec of a config. Errors: SpecException with the field of the config.</summary>
    public TaskSource Build(string id, Contracts.V1.ContainerConfig config) => new()
    {
        SpecJson = SpecWriter.Write(SpecBuilder.Build(ConfigMapping.Map(id, config), host)),
        Terminal = config.Terminal,
        OpenStdin = config.OpenStdin,
        Labels = config.Labels,
    };
}
