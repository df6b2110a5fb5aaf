using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Launching;

/// <summary>
/// A root that was moved over "/" instead of pivoted to: what a hostile program inside can still reach.
/// </summary>
[Collection(EngineCollection.Name)]
public sealed class MovedRootTests(SharedEngine shared)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_WhenTheRootIsMoved_ThenNoWayLeadsToTheHosts(bool newUserNamespace)
    {
        Assert.NotNull(shared);
        var marker = Path.GetTempFileName();
        try
        {
            // With every capability: setns to the own namespace, whose root is the host's; the init's root; "..".
            var output = await RunAsync(newUserNamespace, $"""
                busybox nsenter --mount=/proc/1/ns/mnt busybox test -e {marker} && echo setns
                busybox test -e /proc/1/root/{marker} && echo root
                busybox test -e /../../{marker} && echo parents
                busybox grep -c ' / r[ow]' /proc/self/mountinfo
                busybox test -x /bin/busybox && echo inside
                """);

            Assert.Equal("1\ninside\n", output);
        }
        finally
        {
            File.Delete(marker);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_WhenTheRootIsMoved_ThenNoProcWithoutMasksCanBeMountedInside(bool newUserNamespace)
    {
        var output = await RunAsync(newUserNamespace, """
            busybox unshare -U -r -f -p -m busybox true && echo allowed
            busybox unshare -U -r -f -p -m busybox mount -t proc proc /proc 2>/dev/null && echo unmasked
            echo end
            """);

        Assert.Equal("allowed\nend\n", output);
    }

    private static async Task<string> RunAsync(bool newUserNamespace, string script)
    {
        using var container = new RealContainer(spec => Powerful(spec, newUserNamespace), "sh", "-c", script)
        {
            Root = RootChange.Move,
        };
        var (_, output) = await container.RunAsync().WaitAsync(Limit);
        return output;
    }

    private static Spec Powerful(Spec spec, bool newUserNamespace)
    {
        var all = CapabilityNames.All;
        return spec with
        {
            Process = spec.Process! with
            {
                NoNewPrivileges = false,
                Capabilities = new LinuxCapabilities { Bounding = all, Effective = all, Permitted = all },
            },
            Linux = spec.Linux with
            {
                Seccomp = null,
                Namespaces = newUserNamespace
                    ? [.. spec.Linux.Namespaces, new LinuxNamespace(LinuxNamespaceKind.User)]
                    : spec.Linux.Namespaces,
                UidMappings = newUserNamespace ? [new LinuxIdMapping(0, 100000, 65536)] : [],
                Sysctl = new Dictionary<string, string>(),
                GidMappings = newUserNamespace ? [new LinuxIdMapping(0, 100000, 65536)] : [],
            },
        };
    }
}
