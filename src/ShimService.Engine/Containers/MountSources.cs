using ShimService.Engine.Compile;
using ShimService.Engine.Launching;
using ShimService.Engine.Reaping;
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
                        : await MakeAsync(map, abort));
                    maps.Add(map);
                }
            }

            var plan = MountSourceCompiler.Compile(sources, maps, out var opened);
            await using var helper = await Helper.LaunchAsync(parts, plan, new LaunchOptions
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

    // A namespace of users lives as long as anything refers to it: the process that it was made with need not.
    private async Task<FileDescriptor> MakeAsync(MountIdMap map, CancellationToken abort)
    {
        var builder = new PlanBuilder();
        builder.Rendezvous(LaunchNames.UserNamespace);
        builder.Execute("end", Clauses.Mounts, ["/"], [], []);
        var plan = builder.Build();
        await using var helper = await Helper.LaunchAsync(
            parts, plan, new LaunchOptions { Namespaces = NamespaceFlags.User });
        await helper.ReachAsync(LaunchNames.UserNamespace, abort);
        IdMaps.Write(helper.Process, new InitPlan(plan) { UidMap = map.UidMap, GidMap = map.GidMap });
        return Files.Open($"/proc/{helper.Process.Pid}/ns/user", OpenFlags.ReadOnly);
    }

    /// <summary>A process that does something up to a rendezvous, and is killed there.</summary>
    private sealed class Helper(EngineParts parts, LaunchedProcess process, Task<ReapedExit> exit) : IAsyncDisposable
    {
        public LaunchedProcess Process => process;

        public static async Task<Helper> LaunchAsync(EngineParts parts, LaunchPlan plan, LaunchOptions options)
        {
            Task<ReapedExit>? exit = null;
            var process = await parts.Launcher.LaunchAsync(plan, new LaunchOptions
            {
                Namespaces = options.Namespaces,
                Descriptors = options.Descriptors,
                Cloned = child => exit = parts.Reaper.Register(child.Pid),
            });
            return new Helper(parts, process, exit!);
        }

        public Task ReachAsync(string rendezvous, CancellationToken abort) =>
            new Rendezvous(process, parts.Options, rendezvous).RunAsync(abort);

        public async ValueTask DisposeAsync()
        {
            process.Kill(9);
            await exit;
            process.PidFd.Dispose();
        }
    }
}
