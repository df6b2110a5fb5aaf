using System.Net.Sockets;
using ShimService.Daemon.Configuration;
using ShimService.Daemon.Files;
using ShimService.Daemon.Hosting;

namespace ShimService.Daemon.Tests.Configuration;

public sealed class StartTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("start-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Parse_WhenPathsAreGivenEitherWay_ThenTheyAreTaken()
    {
        var result = Assert.IsType<CommandLineResult.Serve>(
            CommandLine.Parse(["--socket=/a/b.sock", "--state", "/s", "--root", "/r", "--events-kept", "5"]));
        Assert.Equal(("/a/b.sock", "/s", "/r", 5),
            (result.Options.Socket, result.Options.State, result.Options.Root, result.Options.EventsKept));
    }

    [Fact]
    public void Parse_WhenEnginesAreGiven_ThenEachIsTakenOnce()
    {
        var result = Assert.IsType<CommandLineResult.Serve>(
            CommandLine.Parse(["--engine", "oci:/a/runc", "--engine=oci:/b/crun", "--engine", "oci:/a/runc"]));
        Assert.Equal(["oci:/b/crun", "oci:/a/runc"], result.Options.Engines.Select(engine => engine.ToString()));
    }

    [Theory]
    [InlineData("--state")]
    [InlineData("--nonsense", "x")]
    [InlineData("--events-kept", "-1")]
    [InlineData("serve")]
    [InlineData("--engine", "native")]
    [InlineData("--engine", "runc")]
    [InlineData("--engine", "oci:runc")]
    public void Parse_WhenItIsNoFlagOfOurs_ThenItIsRefused(params string[] arguments) =>
        Assert.IsType<CommandLineResult.Refuse>(CommandLine.Parse(arguments));

    [Fact]
    public void Take_WhenHeld_ThenTheHolderIsNamedAndAfterItsEndItCanBeTaken()
    {
        var path = Path.Combine(_directory, "shimd.lock");
        using (InstanceLock.Take(path))
        {
            var error = Assert.Throws<DaemonException>(() => InstanceLock.Take(path));
            Assert.Contains($"pid {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        }

        InstanceLock.Take(path).Dispose();
    }

    [Fact]
    public void Bind_WhenASocketIsStale_ThenItIsReplacedAndClosedToOthers()
    {
        var path = Path.Combine(_directory, "d.sock");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(path));
            File.Move(path, path + ".kept");
        }

        File.Move(path + ".kept", path);
        using var bound = DaemonSocket.Bind(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Bind_WhenSomebodyServesThere_ThenItIsRefused()
    {
        var path = Path.Combine(_directory, "d.sock");
        using var other = DaemonSocket.Bind(path);
        other.Listen();
        var error = Assert.Throws<DaemonException>(() => DaemonSocket.Bind(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_WhenTheStateIsOpenToOthers_ThenItIsClosed()
    {
        var options = new DaemonOptions
        {
            State = Path.Combine(_directory, "s"),
            Root = Path.Combine(_directory, "r"),
        };
        Directory.CreateDirectory(options.State);
        File.SetUnixFileMode(options.State, (UnixFileMode)0x1ff);
        new StateLayout(options).Prepare();
        Assert.Equal((UnixFileMode)0x1c0, File.GetUnixFileMode(options.State));
    }

    [Fact]
    public void Prepare_WhenASocketPathWouldNotFit_ThenItSaysSo()
    {
        var options = new DaemonOptions { State = "/" + new string('x', 100), Root = Path.Combine(_directory, "r") };
        Assert.Contains("longer than 107", Assert.Throws<DaemonException>(
            new StateLayout(options).Prepare).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0u, 1000u, true)]
    [InlineData(1000u, 1000u, true)]
    [InlineData(1001u, 1000u, false)]
    [InlineData(1000u, 0u, false)]
    public void IsAllowed_WhenAPeerConnects_ThenOnlyRootAndOurselves(uint peer, uint own, bool allowed) =>
        Assert.Equal(allowed, PeerGuard.IsAllowed(peer, own));
}
