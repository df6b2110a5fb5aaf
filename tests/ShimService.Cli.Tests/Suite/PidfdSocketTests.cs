using System.Net.Sockets;
using ShimService.Cli.Descriptors;

namespace ShimService.Cli.Tests.Suite;

public sealed class PidfdSocketTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Theory]
    [InlineData("create")]
    [InlineData("run")]
    [InlineData("exec")]
    public async Task Verb_WhenThereIsAPidfdSocket_ThenItGetsTheProcesses(string verb)
    {
        string id = verb == "exec" ? await suite.StartAsync() : suite.NewId();
        string path = suite.In(id + ".s");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(1);
        string pidFile = suite.In(id + ".pid");
        string[] rest = verb == "exec"
            ? ["-d", id, "/bin/sleep", "1000"]
            : [.. verb == "run" ? (string[])["-d"] : [], "--bundle", suite.Bundle(id, _ => { }, "/bin/sleep", "1000"), id];

        (await suite.DetachAsync([verb, "--pidfd-socket", path, "--pid-file", pidFile, .. rest])).Expect();

        using Socket sender = await socket.AcceptAsync().WaitAsync(Command.Limit);
        int pidfd = HandedDescriptor.Receive(sender);
        Assert.Contains(
            $"Pid:\t{await File.ReadAllTextAsync(pidFile)}\n",
            await File.ReadAllTextAsync($"/proc/self/fdinfo/{pidfd}"),
            StringComparison.Ordinal);
        _ = DescriptorNative.Close(pidfd);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Create_WhenNobodyListensForThePidfd_ThenItFailsAndLeavesNothing()
    {
        string id = suite.NewId();

        Command create = await suite.DetachAsync(
            "create", "--pidfd-socket", suite.In("nobody"), "--bundle", suite.Bundle(id, _ => { }, "/bin/sleep", "1000"), id);

        Assert.Equal(1, create.Status);
        Assert.Contains("--pidfd-socket", create.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(suite.Root, id)));
    }
}
