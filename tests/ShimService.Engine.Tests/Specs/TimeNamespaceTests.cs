using System.Globalization;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>linux.namespaces[time] and linux.timeOffsets, as the container reads its clocks. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class TimeNamespaceTests : IDisposable
{
    private const string Clocks = "readlink /proc/self/ns/time; cat /proc/uptime";
    private const long Day = 86400;
    private readonly SpecScene _scene = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "linux.namespaces[time]")]
    [Trait("Spec", "linux.timeOffsets")]
    public async Task Run_WhenOffsetsAreGiven_ThenInitAndExecHaveThem(bool userNamespace)
    {
        var container = await _scene.CreateAsync(
            $"{Clocks}; cat /proc/self/timens_offsets; sleep 100", spec =>
                Shifted(spec).When(userNamespace, SpecChanges.InUserNamespace));
        var created = await _scene.ExecAsync(container, Clocks);
        await container.StartAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        var own = new FileInfo($"/proc/{container.Init.Pid.Value}/ns/time_for_children").LinkTarget!;
        var started = await _scene.ExecAsync(container, $"{Clocks}; cat /proc/self/timens_offsets");
        await _scene.EndAsync(container);

        Assert.NotEqual(new FileInfo("/proc/self/ns/time").LinkTarget, own);
        Assert.Equal(own, created[0]);
        Assert.Equal(own, started[0]);
        Assert.InRange(Seconds(created[1]) - HostUptime(), (2 * Day) - 60, (2 * Day) + 1);
        Assert.InRange(Seconds(started[1]) - HostUptime(), (2 * Day) - 60, (2 * Day) + 1);
        Assert.Equal(["monotonic", "-5", "500000000"], Words(started[2]));
        Assert.Equal(["boottime", "172800", "0"], Words(started[3]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "linux.namespaces[time]")]
    [Trait("Spec", "linux.timeOffsets")]
    public async Task Run_WhenOffsetsAreGiven_ThenTheProgramStartsWithThem(bool userNamespace)
    {
        var lines =
            await _scene.RunAsync(Clocks, spec => Shifted(spec).When(userNamespace, SpecChanges.InUserNamespace));

        Assert.InRange(Seconds(lines[1]) - HostUptime(), (2 * Day) - 60, (2 * Day) + 1);
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[time]")]
    public async Task Run_WhenThereAreNoOffsets_ThenTheNamespaceIsNewAndTheClocksAreTheHosts()
    {
        var lines = await _scene.RunAsync(Clocks, spec => spec.WithNamespace(LinuxNamespaceKind.Time));

        Assert.NotEqual(new FileInfo("/proc/self/ns/time").LinkTarget, lines[0]);
        Assert.InRange(HostUptime() - Seconds(lines[1]), -1, 60);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "linux.namespaces[time]")]
    public async Task Run_WhenTheNamespaceIsJoined_ThenItIsTheOthers(bool execBeforeStart)
    {
        using var other = new SpecScene();
        var first = await _scene.StartAsync("sleep 100", Shifted);
        var path = $"/proc/{first.Init.Pid.Value}/ns/time";
        var second = await other.CreateAsync(
            "sleep 100", spec => spec.WithNamespace(LinuxNamespaceKind.Time, path));
        if (!execBeforeStart)
        {
            await second.StartAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        }

        var lines = await other.ExecAsync(second, Clocks);
        await other.EndAsync(second);

        Assert.Equal(new FileInfo(path).LinkTarget, lines[0]);
        Assert.InRange(Seconds(lines[1]) - HostUptime(), (2 * Day) - 60, (2 * Day) + 1);
        await _scene.EndAsync(first);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "linux.timeOffsets")]
    public async Task Create_WhenAClockWouldStartBeforeZero_ThenRefusedWithTheProperty(bool userNamespace)
    {
        var failure = await _scene.RefusedAsync(spec => spec.WithNamespace(LinuxNamespaceKind.Time)
            .WithLinux(linux => linux with { TimeOffsets = [new LinuxTimeOffset("monotonic", -1_000_000_000, 0)] })
            .When(userNamespace, SpecChanges.InUserNamespace));

        Assert.Equal("ERANGE", failure.Errno);
        Assert.Contains("linux.timeOffsets", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "linux.timeOffsets")]
    public async Task Create_WhenThereAreOffsetsAndNoNamespace_ThenRefusedWithTheField()
    {
        var failure = await _scene.RefusedAsync(spec => spec.WithLinux(
            linux => linux with { TimeOffsets = [new LinuxTimeOffset("boottime", Day, 0)] }));

        Assert.Equal("linux.timeOffsets", failure.Field);
    }

    public void Dispose() => _scene.Dispose();

    private static Spec Shifted(Spec spec) => spec.WithNamespace(LinuxNamespaceKind.Time)
        .WithLinux(linux => linux with
        {
            TimeOffsets =
                [new LinuxTimeOffset("boottime", 2 * Day, 0), new LinuxTimeOffset("monotonic", -5, 500_000_000)],
        });

    private static double HostUptime() => Seconds(File.ReadAllText("/proc/uptime"));

    private static double Seconds(string uptime) => double.Parse(uptime.Split(' ')[0], CultureInfo.InvariantCulture);

    private static string[] Words(string line) => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
