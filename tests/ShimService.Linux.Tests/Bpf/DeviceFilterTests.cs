using System.Diagnostics;
using ShimService.Linux.Bpf;
using ShimService.Linux.Cgroups;

namespace ShimService.Linux.Tests.Bpf;

/// <summary>The kernel's verifier takes our programs, and they decide what opens.</summary>
public sealed class DeviceFilterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [UnifiedFact]
    public async Task Attach_WhenReplaced_ThenTheNewProgramDecides()
    {
        using CgroupHost host = CgroupHost.Open(CgroupLayout.Detect(), TimeProvider.System);
        Assert.True(CgroupPath.TryParse($"/limits-test-{Guid.NewGuid():N}/c1", out CgroupPath path, out _));
        Cgroup cgroup = host.Create(path, CgroupControllers.Freezer);
        try
        {
            DeviceRule zero = new(true, DeviceKinds.Character, 1, 5, DeviceAccess.Read);
            DeviceRule full = new(true, DeviceKinds.Character, 1, 7, DeviceAccess.Read);

            Assert.Equal("zero full ", await OpenAsync(cgroup));
            DeviceFilter.Attach(DeviceProgram.Compile([zero]), cgroup);
            Assert.Equal("zero ", await OpenAsync(cgroup));
            DeviceFilter.Attach(DeviceProgram.Compile([full]), cgroup);
            Assert.Equal("full ", await OpenAsync(cgroup));
            DeviceFilter.Attach(DeviceProgram.Compile([full, zero]), cgroup);
            Assert.Equal("zero full ", await OpenAsync(cgroup));
        }
        finally
        {
            await cgroup.RemoveAsync(Limit, default);
        }
    }

    private static async Task<string> OpenAsync(Cgroup cgroup)
    {
        string script = $"echo 0 > {cgroup.Unified!.FullPath}/cgroup.procs || exit 9; " +
            "for d in zero full; do (: < /dev/$d) 2>&- && printf '%s ' $d; done; exit 0";
        using Process process = Process.Start(new ProcessStartInfo("sh", ["-c", script])
        {
            RedirectStandardOutput = true,
        })!;
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
        await process.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
