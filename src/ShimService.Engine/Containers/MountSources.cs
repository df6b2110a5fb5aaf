using ShimService.Engine.Compile;
using ShimService.Engine.Launching;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Containers;

/// <summary>Opens <see cref="InitPlan.Sources"/> by a helper, with user namespaces made for their maps.</summary>
internal sealed class MountSources(EngineParts parts, FileDescriptor init) : IDisposable
{
    private readonly List<FileDescriptor> _opened = [];

    /// <summary>In the order of the sources.</summary>
    public IReadOnlyList<FileDescriptor> Opened => _opened;

    /// <summary>Errors: LaunchException with the step, KernelException, TaskException (TimedOut).</summary>
    public async Task OpenAsync(IReadOnlyList<MountSource> sources, CancellationToken abort)
    {
        var maps = new List<MountIdMap>();
        var namespaces = new List<FileDescriptor>();
        try
        {
            foreach (var source in sources)
            {
                if (source.Map is { } map && !maps.Contains(map))
                {
                    namespaces.Add(map.Path.Length > 0
                        ? Files.Open(map.Path, OpenFlags.ReadOnly | OpenFlags.NonBlocking)
                        : await MappingNamespace.MakeAsync(parts, map, abort));
                    maps.Add(map);
                }
            }

            var plan = MountSourceCompiler.Compile(sources, maps, out var opened);
            await using var helper = await HelperProcess.LaunchAsync(parts, plan, new LaunchOptions
            {
                Descriptors = [init, .. namespaces],
            });
            await helper.ReachAsync(LaunchNames.Sources, abort);
            foreach (var result in opened)
            {
                _opened.Add(OtherProcess.FetchDescriptor(helper.Process.PidFd, plan.NumberOf(result)));
            }
        }
        finally
        {
            foreach (var one in namespaces)
            {
                one.Dispose();
            }
        }
    }

    public void Dispose()
    {
        foreach (var descriptor in _opened)
        {
            descriptor.Dispose();
        }
    }
}
