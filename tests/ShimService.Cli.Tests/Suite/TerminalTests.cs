using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ShimService.Cli.Descriptors;

namespace ShimService.Cli.Tests.Suite;

public sealed class TerminalTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    private const string Look = "for fd in 0 1 2; do readlink /proc/self/fd/$fd; done; stat -c %u:%g $(tty)";

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task Run_WhenThereIsATerminalAndNoneOfOurs_ThenItIsRelayedAndItsUsers(int uid)
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, spec =>
        {
            spec["process"]!["terminal"] = true;
            spec["process"]!["user"]!["uid"] = uid;
            spec["mounts"]![2]!["options"]!.AsArray().Add("gid=5");
        }, "/bin/sh", "-c", Look);

        Command run = await suite.RunAsync("run", "--bundle", bundle, id);

        Assert.Equal($"/dev/pts/0\r\n/dev/pts/0\r\n/dev/pts/0\r\n{uid}:5\r\n", run.Expect().Output);
        Assert.Equal(1, (await suite.RunAsync("state", id)).Status);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1000")]
    public async Task Exec_WhenThereIsATerminalAndNoneOfOurs_ThenItIsRelayedAndItsUsers(string uid)
    {
        string id = await suite.StartAsync(spec => spec["mounts"]![2]!["options"]!.AsArray().Add("gid=5"));

        Command exec = await suite.RunAsync("exec", "-t", "-u", uid, id, "sh", "-c", Look + "; exit 9");

        Assert.Equal(9, exec.Status);
        Assert.Equal($"/dev/pts/0\r\n/dev/pts/0\r\n/dev/pts/0\r\n{uid}:5\r\n", exec.Output);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Exec_WhenWeHaveInput_ThenItIsTypedOnTheTerminal()
    {
        string id = await suite.StartAsync();

        Command exec = await Command.RunAsync(
            Repository.Shimctl,
            ["--root", suite.Root, "exec", "-t", id, "sh", "-c", "read line; echo \"got $line\""],
            "typed\n",
            Command.Limit);

        Assert.Contains("got typed\r\n", exec.Expect().Output, StringComparison.Ordinal);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Run_WhenOurStandardStreamsAreATerminal_ThenItsSizeIsTheContainers()
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, spec => spec["process"]!["terminal"] = true, "/bin/sh", "-c", "stty size; exit 4");

        Command run = await Command.RunAsync(
            "/usr/bin/python3", "-c", OnATerminal, Repository.Shimctl, "--root", suite.Root, "run", "--bundle", bundle, id);

        Assert.Equal("33 99\r\n4\n", run.Expect().Output);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("run")]
    public async Task Create_WhenThereIsAConsoleSocket_ThenItGetsTheTerminal(string verb)
    {
        string id = suite.NewId();
        suite.Bundle(id, spec =>
        {
            spec["process"]!["terminal"] = true;
            spec["process"]!["consoleSize"] = new JsonObject { ["height"] = 10, ["width"] = 110 };
        }, "/bin/sh", "-c", "stty size; sleep 1000");
        using Socket console = Listen(id + ".s");
        string[] detach = verb == "run" ? ["-d"] : [];

        // The path is relative to where it is called, not to the bundle.
        Command create = await Command.RunAsync(
            "/bin/sh", ["-c", "cd \"$0\" && exec \"$@\" > /dev/null 2>&1", suite.Work, Repository.Shimctl, "--root", suite.Root,
                verb, .. detach, "--bundle", suite.In("bundle-" + id), "--console-socket", id + ".s", id]);
        create.Expect();
        int master = await ReceiveAsync(console);

        if (verb == "create")
        {
            (await suite.RunAsync("start", id)).Expect();
        }

        Assert.Equal("10 110\r\n", ReadLine(master));
        _ = DescriptorNative.Close(master);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Exec_WhenThereIsAConsoleSocket_ThenItGetsTheTerminalWithTheProcessesSize()
    {
        string id = await suite.StartAsync();
        string process = suite.In(id + ".json");
        await File.WriteAllTextAsync(process, """
            { "terminal": true, "consoleSize": { "height": 10, "width": 110 }, "cwd": "/", "args": ["/bin/stty", "size"] }
            """);
        using Socket console = Listen(id + ".s");

        (await suite.RunAsync("exec", "-t", "-d", "-p", process, "--console-socket", suite.In(id + ".s"), id)).Expect();

        int master = await ReceiveAsync(console);
        Assert.Equal("10 110\r\n", ReadLine(master));
        _ = DescriptorNative.Close(master);
        await suite.DeleteAsync(id);
    }

    [Theory]
    [InlineData(true, "create", "", "cannot allocate tty")]
    [InlineData(true, "run", "-d", "cannot allocate tty")]
    [InlineData(false, "create", "--console-socket /nowhere", "cannot use console socket")]
    [InlineData(false, "run", "-d --console-socket /nowhere", "cannot use console socket")]
    [InlineData(true, "run", "--console-socket /nowhere", "cannot use console socket")]
    public async Task Create_WhenNobodyOrTwoWouldHoldTheTerminal_ThenItIsRefusedAndNothingIsLeft(
        bool terminal, string verb, string options, string words)
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, spec => spec["process"]!["terminal"] = terminal, "/bin/true");

        Command create = await suite.RunAsync(
            [verb, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--bundle", bundle, id]);

        Assert.Equal(1, create.Status);
        Assert.Contains(words, create.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(suite.Root, id)));
    }

    private const string OnATerminal = """
        import fcntl, os, pty, struct, sys, termios
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 33, 99, 0, 0))
        pid = os.fork()
        if pid == 0:
            for number in (0, 1, 2):
                os.dup2(slave, number)
            os.closerange(3, 64)
            os.execv(sys.argv[1], sys.argv[1:])
        os.close(slave)
        while True:
            try:
                piece = os.read(master, 1000)
            except OSError:
                break
            if not piece:
                break
            sys.stdout.write(piece.decode())
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """;

    private Socket Listen(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(suite.In(name)));
        socket.Listen(1);
        return socket;
    }

    private static async Task<int> ReceiveAsync(Socket console)
    {
        using Socket sender = await console.AcceptAsync().WaitAsync(Command.Limit);
        return HandedDescriptor.Receive(sender);
    }

    private static string ReadLine(int master)
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (!line.ToString().EndsWith('\n') && Descriptor.Read(master, one) == 1)
        {
            line.Append((char)one[0]);
        }

        return line.ToString();
    }
}
