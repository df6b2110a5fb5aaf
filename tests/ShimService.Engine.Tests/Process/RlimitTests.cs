using System.Globalization;
using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Process;

/// <summary>process.rlimits against the limit that the host gives the shim. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "process.rlimits")]
public sealed class RlimitTests : IDisposable
{
    private const string Show = "grep '^Max open files' /proc/self/limits";
    private readonly SpecScene _scene = new();

    private static ulong Hard { get; } = Read(File.ReadLines("/proc/self/limits")
        .Single(line => line.StartsWith("Max open files", StringComparison.Ordinal))).Hard;

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Run_WhenTheLimitIsAroundTheHosts_ThenInitAndExecHaveItOrTheKernelsWord(int more)
    {
        var limit = (ulong)((long)Hard + more);
        PosixRlimit[] limits = [new(RlimitKind.OpenFiles, limit - 1, limit)];
        Spec Limited(Spec spec) => spec.WithProcess(process => process with { Rlimits = limits });
        try
        {
            Assert.Equal((limit - 1, limit), Read((await _scene.RunAsync(Show, Limited)).Single()));
        }
        catch (TaskException refused) when (more > 0)
        {
            // Without CAP_SYS_RESOURCE, or at the kernel's own fs.nr_open.
            Assert.Equal(("set RLIMIT_NOFILE", "EPERM"), (refused.Step, refused.Errno));
        }

        var container = await _scene.StartAsync("sleep 100");
        try
        {
            var lines = await _scene.ExecAsync(container, Show, process => process with { Rlimits = limits });
            Assert.Equal((limit - 1, limit), Read(lines.Single()));
        }
        catch (TaskException refused) when (more > 0)
        {
            Assert.Equal(("set RLIMIT_NOFILE", "EPERM"), (refused.Step, refused.Errno));
        }

        await _scene.EndAsync(container);
    }

    public void Dispose() => _scene.Dispose();

    private static (ulong Soft, ulong Hard) Read(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (ulong.Parse(words[3], CultureInfo.InvariantCulture), ulong.Parse(words[4], CultureInfo.InvariantCulture));
    }
}
