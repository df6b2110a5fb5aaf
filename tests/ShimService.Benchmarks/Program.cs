using System.Globalization;
using ShimService.Benchmarks;
using ShimService.Benchmarks.Containerd;
using ShimService.Benchmarks.Networks;
using ShimService.Rpc;

if (args is ["containerd", var address, var directory, var root, var count])
{
    await ContainerdBenchmark.RunAsync(
        address, directory, root, int.Parse(count, CultureInfo.InvariantCulture), CancellationToken.None);
    return 0;
}

if (args is ["network", var daemon, var image, var place, var launches])
{
    await NetworkBenchmark.RunAsync(daemon, image, place, int.Parse(launches, CultureInfo.InvariantCulture));
    return 0;
}

if (args is not [var binaries, var work, var rootfs, var socket, var rounds])
{
    Console.Error.WriteLine("run tests/bench.sh: it builds and starts what this measures");
    return 2;
}

var options = new BenchmarkOptions(binaries, work, rootfs, socket, int.Parse(rounds, CultureInfo.InvariantCulture));
string namesFile = Path.Combine(AppContext.BaseDirectory, "seccomp-names.txt");
string[] names = File.ReadAllLines(namesFile);
string bundle = BenchmarkBundle.Write(Path.Combine(work, "bundle"), rootfs, names, "/bin/true");
string idle = BenchmarkBundle.Write(Path.Combine(work, "idle"), rootfs, names, "/bin/sleep", "1000000");
CancellationToken never = CancellationToken.None;
string loadBefore = Report.Load();

OwnShim shim = await OwnShim.StartAsync(binaries, Path.Combine(work, "shim"), never);
IRow[] rows =
[
    new LineRow("C limit", "the same system calls from one C program that is already running (limit.c)",
        Path.Combine(work, "limit"), rootfs, namesFile),
    new LineRow("ours, shim", "Create, Start, Wait and Delete over ttrpc, one after another, to a running shim (calls.c)",
        Path.Combine(work, "calls"), shim.Socket, bundle) { PartNames =
            ["Create", "Start", "Wait", "Delete", Report.Transport] },
    new DaemonRow(GrpcChannel.ForUnixSocket(socket), bundle),
    new LineRow("crun run", "a crun process from fork to exit, on a host without cgroup2",
        Path.Combine(work, "spawn"), "crun", "--root", Path.Combine(work, "crun"), "run", "--bundle", bundle, "{}"),
    new LineRow("runc run", "a runc process from fork to exit, on a host without cgroup2",
        Path.Combine(work, "spawn"), "runc", "--root", Path.Combine(work, "runc"), "run", "--bundle", bundle, "{}"),
];

Measurements[] results = await MeasureAsync(rows, "launch");
Dictionary<string, Measurements> parts = [];
for (int round = 0; round < Math.Min(options.Rounds, 50); round++)
{
    await new ShimCalls(
        shim.Channel, bundle).CollectPartsAsync($"bench-{Environment.ProcessId}-parts-{round}", parts, never);
}

foreach (IRow row in rows)
{
    await row.DisposeAsync();
}

await shim.DisposeAsync();

// By themselves: an exec of runc or crun leaves the kernel's lock of cgroups in the state in which the next launch of
// either takes half the time.
IRow[] execs =
[
    await ExecRow.StartAsync(GrpcChannel.ForUnixSocket(socket), idle, never),
    await PeerExecRow.StartAsync("crun", work, idle, never),
    await PeerExecRow.StartAsync("runc", work, idle, never),
];
Measurements[] execResults = await MeasureAsync(execs, "exec");
foreach (IRow row in execs)
{
    await row.DisposeAsync();
}

// Memory of a shim that has done nothing else, as a pod's shim has.
OwnShim fresh = await OwnShim.StartAsync(binaries, Path.Combine(work, "idle-shim"), never);
await fresh.AddIdleAsync(idle, 1, never);
await Task.Delay(TimeSpan.FromSeconds(3), never);
ShimMemory one = ShimMemory.Of(fresh.Pid);
await fresh.AddIdleAsync(idle, BenchmarkOptions.IdleContainers, never);
await Task.Delay(TimeSpan.FromSeconds(3), never);
ShimMemory many = ShimMemory.Of(fresh.Pid);
await fresh.DisposeAsync();

Report.Write(loadBefore, rows, results, parts, execs, execResults, one, many);
return 0;

async Task<Measurements[]> MeasureAsync(IRow[] measured, string what)
{
    Measurements[] times = [.. measured.Select(_ => new Measurements())];
    var order = new Random(1);
    for (int round = -BenchmarkOptions.WarmUp; round < options.Rounds; round++)
    {
        // Alternated, each round in another order: what else the machine does hits all rows alike.
        int[] turn = [.. Enumerable.Range(0, measured.Length)];
        order.Shuffle(turn);
        foreach (int row in turn)
        {
            string id = $"bench-{what}-{Environment.ProcessId}-{row}-{round + BenchmarkOptions.WarmUp}";
            long time = await measured[row].LaunchAsync(id, never);
            if (round >= 0)
            {
                times[row].Add(time);
            }
        }
    }

    return times;
}
