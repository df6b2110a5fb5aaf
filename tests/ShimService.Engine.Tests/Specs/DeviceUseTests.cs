using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>linux.devices and the rules of linux.resources.devices, by opening them. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.devices")]
[Trait("Spec", "linux.resources.devices")]
public sealed class DeviceUseTests : IDisposable
{
    private static readonly LinuxDeviceRule DenyAll = new(false, DeviceKind.All, null, null, "rwm");
    private static readonly string[] Powers = ["CAP_SYSLOG", "CAP_MKNOD", "CAP_DAC_OVERRIDE"];
    private readonly SpecScene _scene = new();

    [Fact]
    public async Task Run_WhenTheDefaultOnesAreListed_ThenTheyAreThereOnce()
    {
        var lines = await _scene.RunAsync(
            "stat -c '%F %t:%T %a %u %g' /dev/tty; readlink /dev/ptmx; stat -Lc '%t:%T %a' /dev/ptmx; ls /dev | grep -c -E '^(tty|ptmx)$'",
            spec => spec.WithLinux(linux => linux with
            {
                Devices =
                [
                    new LinuxDevice { Kind = DeviceKind.Character, Path = "/dev/tty", Major = 5, Minor = 0 },
                    new LinuxDevice { Kind = DeviceKind.Character, Path = "/dev/ptmx", Major = 5, Minor = 2 },
                ],
            }));

        Assert.Equal(["character special file 5:0 666 0 0", "pts/ptmx", "5:2 666", "2"], lines);
    }

    [Fact]
    public async Task Run_WhenADeviceIsDenied_ThenItStaysSoThroughUpdates()
    {
        const string script = "(: < /dev/kmsg) 2>&1 | grep -o 'not permitted'; (: > /dev/kmsg) 2>&1 | grep -o 'not permitted'; : > /dev/null";
        var container = await _scene.StartAsync("sleep 100", spec => With(spec, "/dev/kmsg", DeviceKind.Character, 1, 11, DenyAll));
        var before = await _scene.ExecAsync(container, script, Powerful);
        await container.UpdateAsync("""{"pids":{"limit":42}}"""u8.ToArray(), CancellationToken.None);
        var after = await _scene.ExecAsync(container, script, Powerful);
        await _scene.EndAsync(container);

        Assert.Equal(["not permitted", "not permitted"], before);
        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData("rw", "read wrote")]
    [InlineData("r", "read")]
    [InlineData("w", "wrote")]
    public async Task Run_WhenACharacterDeviceIsAllowed_ThenInTheWaysGiven(string access, string expected)
    {
        var container = await _scene.StartAsync("sleep 100", spec => With(spec, "/dev/kmsg", DeviceKind.Character, 1, 11,
            DenyAll, new LinuxDeviceRule(true, DeviceKind.Character, 1, 11, access)));
        var lines = await _scene.ExecAsync(
            container, "exec 2> /dev/null; echo $( (: < /dev/kmsg) && echo read; (: >> /dev/kmsg) && echo wrote)", Powerful);
        await _scene.EndAsync(container);

        Assert.Equal([expected], lines);
    }

    [Fact]
    public async Task Run_WhenABlockDeviceMayBeMadeAndRead_ThenThatAndNoMore()
    {
        // The first loop device: it opens with nothing behind it, and where there is no driver for it, it says so.
        const uint major = 7, minor = 0;
        var container = await _scene.StartAsync("sleep 100", spec => With(spec, "/dev/blk", DeviceKind.Block, major, minor,
            DenyAll, new LinuxDeviceRule(true, DeviceKind.Block, major, minor, "rm")));
        var lines = await _scene.ExecAsync(container, $"""
            /usr/bin/busybox mknod /dev/other b {major} {minor} && stat -c '%F %t:%T' /dev/other
            (: < /dev/blk) 2>&1 | grep -c 'not permitted'; (: < /dev/other) 2>&1 | grep -c 'not permitted'
            (: >> /dev/other) 2>&1 | grep -c 'not permitted'
            """, Powerful);
        await _scene.EndAsync(container);

        Assert.Equal(["block special file 7:0", "0", "0", "1"], lines);
    }

    [Fact]
    public async Task Update_WhenTheRulesAreSetAgainAndAgain_ThenNoneIsMissingForAMoment()
    {
        var rules = """{"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":11,"access":"w"}]}"""u8.ToArray();
        var container = await _scene.StartAsync(
            "echo begun; while :; do (: < /dev/kmsg) 2> /dev/null && echo read; : > /dev/null || echo lost; done",
            spec => With(spec, "/dev/kmsg", DeviceKind.Character, 1, 11, DenyAll).WithProcess(Powerful));
        await RealContainer.UntilAsync(() => File.ReadAllText(_scene.Output).Length > 0);
        for (var i = 0; i < 30; i++)
        {
            await container.UpdateAsync(rules, CancellationToken.None);
            await container.UpdateAsync("""{"devices":[{"allow":false,"access":"rwm"}]}"""u8.ToArray(), CancellationToken.None);
        }

        await _scene.EndAsync(container);
        Assert.Equal("begun\n", await File.ReadAllTextAsync(_scene.Output));
    }

    public void Dispose() => _scene.Dispose();

    private static ProcessSpec Powerful(ProcessSpec process) => process with
    {
        Capabilities = new LinuxCapabilities { Bounding = Powers, Permitted = Powers, Effective = Powers },
    };

    private static Spec With(
        Spec spec, string path, DeviceKind kind, uint major, uint minor, params LinuxDeviceRule[] rules) =>
        spec.WithLinux(linux => linux with
        {
            Devices = [new LinuxDevice { Kind = kind, Path = path, Major = major, Minor = minor }],
            Resources = (linux.Resources ?? new LinuxResources()) with { Devices = rules },

            // What it may open is not the filter's to say.
            Seccomp = null,
        });
}
