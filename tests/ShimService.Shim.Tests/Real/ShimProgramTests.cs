using System.Text;
using System.Text.Json.Nodes;
using ShimService.Contracts.Containerd.Task.V2;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Rpc;
using ShimService.Shim.Tests.Serve;
using Private = ShimService.Contracts.Shim.V1;

namespace ShimService.Shim.Tests.Real;

/// <summary>start, serve and delete as processes: root, busybox, a few seconds.</summary>
public sealed class ShimProgramTests : IDisposable
{
    private const string Service = "containerd.task.v2.Task";
    private const int KillSignal = 9;
    private const int TerminateSignal = 15;
    private readonly TemporaryDirectory _directory = new();
    private readonly string _id = "p" + Guid.NewGuid().ToString("N")[..12];

    private string Socket => _directory["s"];

    public void Dispose()
    {
        // The shim that made the parent was killed: it is left to whoever knows that it was ours.
        foreach (var hierarchy in Directory.GetDirectories("/sys/fs/cgroup"))
        {
            if (Directory.Exists($"{hierarchy}/{_id}-parent"))
            {
                Directory.Delete($"{hierarchy}/{_id}-parent");
            }
        }

        _directory.Dispose();
    }

    [Fact]
    public async Task Start_WhenCalledTwice_ThenOneDaemonAndItEndsOnSigterm()
    {
        var first = await StartAsync();
        var second = await StartAsync();
        var info = await InfoAsync();
        var after = await InfoAsync();

        Assert.Equal($"unix://{Socket}", first);
        Assert.Equal(first, second);
        Assert.Equal(info.Pid, after.Pid);
        Assert.Equal("g1", info.Group);
        await EndAsync((int)info.Pid, TerminateSignal);
        Assert.False(File.Exists(Socket));
        Assert.False(File.Exists(Socket + ".lock"));
    }

    [Fact]
    public async Task Start_WhenTheDirectoryIsTooDeep_ThenOneLineOnStderr()
    {
        var (status, output, errors) = await ShimProgram.RunAsync(
            _directory.Path, true, "-namespace", "n", "-id", "g1", "-socket", "/" + new string('x', 120), "start");

        Assert.Equal(1, status);
        Assert.Empty(output);
        Assert.Contains("longer than 106 bytes", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task Start_WhenTheIdIsNone_ThenOneLineAndNothingIsMade(string id)
    {
        var (status, output, errors) = await ShimProgram.RunAsync(
            _directory.Path, true, "-namespace", "n", "-id", id, "-socket", Socket, "start");

        Assert.Equal(1, status);
        Assert.Empty(output);
        Assert.Contains("id", Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(Socket));
        Assert.False(File.Exists(_directory["address"]));
    }

    [Fact]
    public async Task Delete_WhenTheShimWasKilled_ThenItsContainerIsEndedAndItsStatusAnswered()
    {
        Assert.True(BusyboxBundle.Missing is null, BusyboxBundle.Missing);
        await StartAsync();
        var shim = (int)(await InfoAsync()).Pid;
        var pid = await RunAsync(_id, "sleep 100", $$"""
            {"poststop":[{"path":"/bin/sh","args":["sh","-c","cat > {{_directory["poststop"]}}"],"env":["PATH=/bin:/usr/bin"]}]}
            """);
        await EndAsync(shim, KillSignal);
        Assert.True(Directory.Exists($"/proc/{pid}"), "the container lives on without its shim");
        Assert.False(File.Exists(_directory["poststop"]));

        var (status, output, errors) = await DeleteAsync();

        Assert.Equal("", errors);
        Assert.Equal(0, status);
        var answer = DeleteResponse.Parser.ParseFrom(output);
        Assert.Equal(pid, answer.Pid);
        Assert.Equal(137u, answer.ExitStatus);
        await DaemonProcess.GoneAsync((int)pid);
        Assert.False(Directory.Exists($"/sys/fs/cgroup/memory/{_id}-parent/{_id}"));
        Assert.Contains("\"stopped\"", await File.ReadAllTextAsync(_directory["poststop"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_WhenTheBundleHasAMountOfItsOwners_ThenItStays()
    {
        Assert.True(BusyboxBundle.Missing is null, BusyboxBundle.Missing);
        await StartAsync();
        var shim = (int)(await InfoAsync()).Pid;
        await RunAsync(_id, "sleep 100");
        await EndAsync(shim, KillSignal);
        var mount = _directory["b/rootfs/tmp"];
        Mounts.Mount("tmpfs", mount, "tmpfs", MountFlags.None, "size=4k");
        try
        {
            Assert.Equal(0, (await DeleteAsync()).Status);
            Assert.Contains(
                $" {mount} ", await File.ReadAllTextAsync("/proc/self/mountinfo"), StringComparison.Ordinal);
        }
        finally
        {
            Mounts.Unmount(mount, UnmountFlags.Detach);
        }
    }

    [Fact]
    public async Task Delete_WhenTheContainerHadExited_ThenItsOwnStatus()
    {
        Assert.True(BusyboxBundle.Missing is null, BusyboxBundle.Missing);
        await StartAsync();
        var shim = (int)(await InfoAsync()).Pid;
        await RunAsync(_id, "exit 7");
        await using (var client = await TtrpcChannel.ConnectAsync(Socket, ServedShim.Limit))
        {
            await client.UnaryAsync(
                Service, "Wait", new WaitRequest { Id = _id }, WaitResponse.Parser, ServedShim.Limit);
        }

        await EndAsync(shim, KillSignal);

        Assert.Equal(7u, DeleteResponse.Parser.ParseFrom((await DeleteAsync()).Output).ExitStatus);
    }

    [Fact]
    public async Task Delete_WhenNothingIsKnown_ThenKilledAndNoError()
    {
        var (status, output, errors) = await DeleteAsync();

        Assert.Equal((0, ""), (status, errors));
        Assert.Equal(137u, DeleteResponse.Parser.ParseFrom(output).ExitStatus);
    }

    [Fact]
    public async Task Delete_WhenACreateWasCutShort_ThenItsCgroupGoes()
    {
        var cgroup = $"/sys/fs/cgroup/memory/{_id}";
        Directory.CreateDirectory(cgroup);
        File.WriteAllText(_directory["config.json"], $$$"""{"linux":{"cgroupsPath":"/{{{_id}}}"}}""");

        var (status, _, errors) = await DeleteAsync("-bundle", _directory.Path);

        Assert.Equal((0, ""), (status, errors));
        Assert.False(Directory.Exists(cgroup));
    }

    private static async Task EndAsync(int pid, int signal)
    {
        DaemonProcess.Signal(pid, signal);
        await DaemonProcess.GoneAsync(pid);
    }

    private async Task<string> StartAsync()
    {
        var (status, output, errors) = await ShimProgram.RunAsync(
            _directory.Path, true,
            "-namespace", "shimservice", "-address", _directory["d"], "-id", "g1", "-socket", Socket, "start");
        Assert.Equal((0, ""), (status, errors));
        return Encoding.UTF8.GetString(output);
    }

    private Task<(int Status, byte[] Output, string Errors)> DeleteAsync(params string[] flags) => ShimProgram.RunAsync(
        _directory.Path, true,
        ["-namespace", "shimservice", "-address", _directory["d"], "-id", _id, .. flags, "delete"]);

    private async Task<Private.InfoResponse> InfoAsync()
    {
        await using var client = await TtrpcChannel.ConnectAsync(Socket, ServedShim.Limit);
        return await client.UnaryAsync(
            "shimservice.shim.v1.Shim", "Info", new Private.InfoRequest(), Private.InfoResponse.Parser,
            ServedShim.Limit);
    }

    private async Task<uint> RunAsync(string id, string script, string? hooks = null)
    {
        var bundle = BusyboxBundle.Make(_directory["b"], $"/{_id}-parent/{id}", script);
        if (hooks is not null)
        {
            var config = Path.Combine(bundle, "config.json");
            var spec = JsonNode.Parse(await File.ReadAllTextAsync(config))!;
            spec["hooks"] = JsonNode.Parse(hooks);
            await File.WriteAllTextAsync(config, spec.ToJsonString());
        }

        await using var client = await TtrpcChannel.ConnectAsync(Socket, ServedShim.Limit);
        await client.UnaryAsync(
            Service, "Create", new CreateTaskRequest { Id = id, Bundle = bundle }, CreateTaskResponse.Parser,
            ServedShim.Limit);
        var started = await client.UnaryAsync(
            Service, "Start", new StartRequest { Id = id }, StartResponse.Parser, ServedShim.Limit);
        return started.Pid;
    }
}
