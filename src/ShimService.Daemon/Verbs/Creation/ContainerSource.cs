using ShimService.Daemon.Files;
using ShimService.Daemon.Volumes;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Paths;
using ShimService.Network;
using ShimService.Oci;
using ShimService.Oci.Build;
using ShimService.Oci.Build.Names;
using ShimService.Oci.Write;
using V1 = ShimService.Contracts.V1;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>From a config to its spec and to what has to be made for it. Looks at the host; makes nothing.</summary>
internal sealed class ContainerSource(
    IBuildHost host, DonorLookup donors, VolumeStore volumes, NetworkManager networks, StateLayout layout)
{
    /// <summary>
    /// Errors: SpecException with the field of the config; RpcException of a container whose namespace is wanted;
    /// TaskException of one that is linked to.
    /// </summary>
    /// <param name="bundle">Where the spec will lie: a layered root is mounted below it.</param>
    /// <param name="wanted">What the container wants of networks; null = nothing.</param>
    public async Task<TaskSource> BuildAsync(
        string id, string bundle, V1.ContainerConfig config, NetworkingRequest? wanted)
    {
        var warnings = new List<string>();
        var mapped = ConfigMapping.Map(id, config);
        var layers = RootfsLayers.Of(config.Rootfs);
        var isLayered = config.Rootfs?.Layers.Count > 0;
        if (isLayered)
        {
            mapped = mapped with { Rootfs = mapped.Rootfs with { Path = Path.Combine(bundle, "rootfs") } };
        }

        mapped = mapped with { Donors = await donors.FindAsync(mapped.Namespaces) };
        if (mapped.Namespaces.Ipc == "shareable")
        {
            mapped = mapped with { SharedMemory = Path.Combine(bundle, ContainerStorage.SharedMemoryName) };
        }

        if (mapped.Init)
        {
            mapped = mapped with { InitProgram = InitFile.PathFor(layout) };
        }

        if (wanted?.Links.Count > 0)
        {
            mapped = mapped with { LinkEnv = await LinkVariablesAsync(wanted, config.Networking.LinkVariables) };
        }

        var names = NameFiles.Of(config, mapped, bundle, wanted, wanted is not null && networks.HasIPv6(wanted));
        var planned = VolumePlan.Of(names.Config, volumes, [bundle, layout.TaskDirectory(id)]);
        mapped = planned.Config;
        using var image = TryOpen(layers, out var reason);
        var spec = SpecBuilder.Build(
            mapped, host, image is null ? new UnreadableImage(reason) : new ImageFiles(image), warnings);
        return new TaskSource
        {
            SpecJson = SpecWriter.Write(spec),
            Terminal = config.Terminal,
            OpenStdin = config.OpenStdin,
            StopSignal = (int)config.StopSignal,
            StopTimeoutSeconds = config.HasStopTimeoutSeconds ? config.StopTimeoutSeconds : null,
            Labels = config.Labels,
            Warnings = warnings,
            Resources = config.Resources,
            Networking = names.Networking,
            RootfsMounts = isLayered ? [RootfsLayers.Mount(layers, layout.ContainerDirectory(id))] : [],
            Preparation = new ContainerPreparation
            {
                Layers = layers,
                IsLayered = isLayered,
                Volumes = planned.Volumes,
                Sources = planned.Sources,
                Files = names.Contents,
                SharedMemory = mapped.SharedMemory.Length > 0
                    ? Math.Max(mapped.ShmSizeBytes, 0) is var size and > 0 ? size : 64 << 20
                    : null,
            },
        };
    }

    private async Task<IReadOnlyList<string>> LinkVariablesAsync(NetworkingRequest wanted, bool areWanted)
    {
        var variables = new List<string>();
        foreach (var link in networks.FindLinks(wanted))
        {
            await donors.RequireLiveAsync(link.Other.Container, "config.networking.links");
            if (areWanted)
            {
                variables.AddRange(LinkVariables.Of(new LinkedContainer(
                    wanted.Container, link.Alias, link.Address,
                    [.. link.Other.Exposed.Select(static port => new LinkedPort(port.Number, port.Protocol))],
                    link.Other.Env)));
            }
        }

        return variables;
    }

    // What is not there, the shim says best: it knows the step.
    private static RootedDirectory? TryOpen(IReadOnlyList<string> layers, out string reason)
    {
        reason = "there is none";
        try
        {
            return layers.Count == 0 ? null : DetachedOverlay.Open(layers);
        }
        catch (KernelException error) when (layers.Count == 1)
        {
            reason = error.Message;
            return null;
        }
        catch (KernelException error)
        {
            throw new SpecException("config.rootfs.layers", $"cannot be put together: {error.Message}");
        }
    }
}
