using ShimService.Linux;
using ShimService.Linux.Abi;

namespace ShimService.Network.Tests.Harness;

/// <summary>
/// A host of our own and an outside, as two network namespaces with a cable between them: the machine's own namespace
/// is never touched. The outside knows the host's address and no container's.
/// </summary>
internal sealed class World : IDisposable
{
    public const string HostAddress = "198.51.100.1";
    public const string OutsideAddress = "198.51.100.2";
    public const string HostAddress6 = "2001:db8:100::1";
    public const string OutsideAddress6 = "2001:db8:100::2";
    public const int Mtu = 1420;

    private readonly NamespaceHolder _host = Hold();
    private readonly NamespaceHolder _outside = Hold();
    private readonly List<Process> _servers = [];

    private World()
    {
    }

    public string Host => PathOf(_host);

    public string Outside => PathOf(_outside);

    public static async Task<World> MakeAsync()
    {
        var world = new World();
        var outside = world._outside.ThreadId;
        string[] commands =
        [
            "ip link set lo up",
            $"ip link add up0 mtu {Mtu} type veth peer name down0 mtu {Mtu} netns {outside}",
            "ip link set up0 up",
            $"ip addr add {HostAddress}/24 dev up0",
            $"ip addr add {HostAddress6}/64 dev up0 nodad",
        ];
        foreach (var command in commands)
        {
            (await In(world.Host, command.Split(' '))).Expect();
        }

        foreach (var command in (string[])
        [
            "ip link set lo up", "ip link set down0 up",
            $"ip addr add {OutsideAddress}/24 dev down0", $"ip addr add {OutsideAddress6}/64 dev down0 nodad",
        ])
        {
            (await In(world.Outside, command.Split(' '))).Expect();
        }

        (await In(world.Host, "ip", "route", "add", "default", "via", OutsideAddress)).Expect();
        return world;
    }

    /// <summary>Runs a program in a network namespace.</summary>
    public static Task<Command> In(string network, params string[] command) =>
        Command.RunAsync("nsenter", [$"--net={network}", .. command]);

    /// <summary>What a server in reach answers: the address it sees its client by; empty when nobody answers.</summary>
    public static async Task<string> AskAsync(string network, string protocol, string address, int port, int limit = 10)
    {
        var answer = await In(
            network, "/usr/bin/python3", Repository.In(
                "tests/ShimService.Network.Tests/Harness/echo.py"), "ask", protocol,
            address, $"{port}", $"{limit}");
        return answer.Status == 0 ? answer.Output.Trim() : "";
    }

    /// <summary>Starts a server in a namespace; it answers when this returns, and ends with this object.</summary>
    public async Task ServeAsync(string network, string protocol, string address, int port)
    {
        var server = Command.Start(
            "nsenter", $"--net={network}", "/usr/bin/python3",
            Repository.In("tests/ShimService.Network.Tests/Harness/echo.py"), "serve", protocol, address, $"{port}");
        _servers.Add(server);
        using var limit = new CancellationTokenSource(Command.Limit);
        Assert.Equal("ready", await server.StandardOutput.ReadLineAsync(limit.Token));
    }

    public void Dispose()
    {
        foreach (var server in _servers)
        {
            server.Kill();
            server.WaitForExit();
            server.Dispose();
        }

        _host.Dispose();
        _outside.Dispose();
    }

    private static NamespaceHolder Hold() =>
        NamespaceHolder.Open(new NamespaceSettings { Made = NamespaceFlags.Network });

    private static string PathOf(NamespaceHolder holder) =>
        $"/proc/{Environment.ProcessId}/task/{holder.ThreadId}/ns/net";
}
