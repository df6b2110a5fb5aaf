using System.Diagnostics;
using System.Security.Cryptography;

namespace ShimService.Containerd.Tests;

/// <summary>`ctr run` with the options an operator reaches for.</summary>
[Collection(ContainerdCollection.Name)]
public sealed class RunTests(Daemons daemons)
{
    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenRemovedAfterwards_ThenStatusArrivesAndNothingIsLeft(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = daemon.NewId("rm");

        Command run = await daemon.CtrAsync(ContainerdDaemon.RunWords(
            id, ["--rm"], "sh", "-c", "echo out; echo err >&2; exit 9"));

        run.Expect(9);
        Assert.Equal("out\n", run.Output);
        Assert.Contains("err\n", run.Errors, StringComparison.Ordinal);
        Assert.Empty((await daemon.TaskAsync(id)).State);
        await daemon.GoneAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenRuntimeIsAnAbsolutePath_ThenItRuns(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string path = Path.Combine(Repository.Binaries, "containerd-shim-shimservice-v2");

        Command run = await daemon.CtrAsync(
            "run", "--rm", "--runtime", path, ContainerdDaemon.Image, daemon.NewId("path"), "echo", "hello");

        Assert.Equal("hello\n", run.Expect().Output);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenTheRootIsNotPivotedTo_ThenItRunsAndNothingIsLeft(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = daemon.NewId("moved");

        Command run = await daemon.CtrAsync(ContainerdDaemon.RunWords(
            id, ["--rm", "--no-pivot"], "sh", "-c", "ls /bin/busybox; cd ..; pwd"));

        Assert.Equal("/bin/busybox\n/\n", run.Expect().Output);
        await daemon.GoneAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenProgramIsMissing_ThenTheErrorNamesItAndNothingIsLeft(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string id = daemon.NewId("missing");

        Command run = await daemon.CtrAsync(ContainerdDaemon.RunWords(id, ["--rm"], "no-such-program"));

        run.Expect(1);
        Assert.Contains("no-such-program", run.Errors, StringComparison.Ordinal);
        Assert.Contains("ENOENT", run.Errors, StringComparison.Ordinal);
        await daemon.GoneAsync(id);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenTerminalIsAsked_ThenProgramHasOneOfThatSize(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        // ctr tells the size after it started the program.
        string line = string.Join(' ', [
            "stty rows 40 cols 100; exec", daemon.Ctr, "--address", daemon.Socket, "--namespace", daemon.Namespace,
            .. ContainerdDaemon.RunWords(daemon.NewId("tty"), ["--rm", "-t"], "sh", "-c",
            "'tty; until stty size | grep \"40 100\"; do sleep 0.05; done; exit 4'"),
        ]);

        Command run = await Command.RunAsync("script", "-qec", line, "/dev/null");

        run.Expect(4);
        Assert.Contains("/dev/pts/0", run.Output, StringComparison.Ordinal);
        Assert.Contains("40 100", run.Output, StringComparison.Ordinal);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenInputIsPiped_ThenItArrivesAndItsEndToo(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        using Process run = daemon.CtrStart(ContainerdDaemon.RunWords(daemon.NewId("stdin"), ["--rm"], "cat"));

        await run.StandardInput.WriteLineAsync("piped");
        await run.StandardInput.FlushAsync();
        // ctr forgets an end of input that comes before its task is there: close it only when the echo is back.
        string? echo = await run.StandardOutput.ReadLineAsync().WaitAsync(Command.Limit);
        run.StandardInput.Close();
        await run.WaitForExitAsync().WaitAsync(Command.Limit);

        Assert.Equal("piped", echo);
        Assert.Equal(0, run.ExitCode);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenProgramWritesOneGigabyte_ThenEveryByteArrives(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        const int Times = 16;
        byte[] block = RandomNumberGenerator.GetBytes(64 << 20);
        string file = Path.Combine(daemon.Work, "block");
        await File.WriteAllBytesAsync(file, block);
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        using var received = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);

        // ctr closes the fifo when it sees the exit, read or not; the program does not wait for it.
        using Process run = daemon.CtrStart(ContainerdDaemon.RunWords(
            daemon.NewId("bytes"), ["--rm", "--mount", $"type=bind,src={file},dst=/block,options=rbind:ro"],
            "sh", "-c", $"for i in $(seq {Times}); do cat /block; done"));
        var buffer = new byte[1 << 20];
        long bytes = 0;
        Stream output = run.StandardOutput.BaseStream;
        while (await output.ReadAsync(buffer).AsTask().WaitAsync(Command.Limit) is > 0 and int read)
        {
            received.AppendData(buffer, 0, read);
            bytes += read;
        }

        await run.WaitForExitAsync().WaitAsync(Command.Limit);
        for (int time = 0; time < Times; time++)
        {
            sent.AppendData(block);
        }

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1L << 30, bytes);
        Assert.Equal(sent.GetHashAndReset(), received.GetHashAndReset());
        File.Delete(file);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenRootIsReadOnly_ThenWritesAreRefused(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);

        Command run = await daemon.RunAsync(["--read-only"], "touch", "/file");

        run.Expect(1);
        Assert.Contains("Read-only file system", run.Errors, StringComparison.Ordinal);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Run_WhenNetworkIsTheHosts_ThenItHasTheSameNamespace(Release release)
    {
        ContainerdDaemon daemon = await daemons.OnAsync(release);
        string host = File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)!.Name;

        Command shared = await daemon.RunAsync(["--net-host"], "readlink", "/proc/self/ns/net");
        Command own = await daemon.RunAsync([], "readlink", "/proc/self/ns/net");

        Assert.Equal(host, shared.Expect().Output.Trim());
        Assert.NotEqual(host, own.Expect().Output.Trim());
    }
}
