using ShimService.Daemon.Files;
using ShimService.Daemon.Volumes;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Paths;
using ShimService.Oci;
using ShimService.Oci.Build;
using ShimService.Oci.Write;
using V1 = ShimService.Contracts.V1;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>From a config to its spec and to what has to be made for it. Looks at the host; makes nothing.</summary>
internal sealed class ContainerSource(
    IBuildHost host, DonorLookup donors, VolumeStore volumes, StateLayout layout)
{
    /// <summary>
    /// Errors: SpecException with the field of the config; RpcException of a container whose namespace is wanted.
    /// </summary>
    /// <param name="bundle">Where the spec will lie: a layered root is mounted below it.</param>
    /// <param name="hosts">The hosts file that will be there by then; empty = the image's.</param>
    public async Task<TaskSource> BuildAsync(string id, string bundle, V1.ContainerConfig config, string hosts = "")
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

        var names = NameFiles.Of(config, mapped, bundle, hosts);
        mapped = names.Config;
        var planned = VolumePlan.Of(mapped, volumes, [bundle, layout.TaskDirectory(id)]);
        mapped = hosts.Length == 0
            ? planned.Config
            : planned.Config with { Mounts = [.. planned.Config.Mounts, Networking.MountOf(hosts)] };
        using var image = TryOpen(layers);
        var spec = SpecBuilder.Build(mapped, host, image is null ? NoImage.Instance : new ImageFiles(image), warnings);
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

    // What is not there, the shim says best: it knows the step.
    private static RootedDirectory? TryOpen(IReadOnlyList<string> layers)
    {
        try
        {
            return layers.Count == 0 ? null : DetachedOverlay.Open(layers);
        }
        catch (KernelException) when (layers.Count == 1)
        {
            return null;
        }
        catch (KernelException error)
        {
            throw new SpecException("config.rootfs.layers", $"cannot be put together: {error.Message}");
        }
    }
}
