using System.Net.Sockets;
using System.Text;
using ShimService.Daemon.Hosting;

namespace ShimService.Daemon.Tests.Hosting;

public sealed class ServiceManagerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tell_WhenSomebodyListens_ThenHasTheMessageAsOneDatagram(bool isAbstract)
    {
        var path = Path.Join(Path.GetTempPath(), $"notify-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + path : path));
        var buffer = new byte[100];

        new ServiceManager(isAbstract ? "@" + path : path).Tell("READY=1");
        var length = await listener.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal("READY=1", Encoding.UTF8.GetString(buffer, 0, length));
        File.Delete(path);
    }

    [Fact]
    public void Tell_WhenNobodyListens_ThenNothingHappens() => new ServiceManager("/no/such/socket").Tell("READY=1");
}
