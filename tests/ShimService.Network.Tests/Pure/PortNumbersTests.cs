using ShimService.Network.Ports;
using ShimService.Tasks.Errors;

namespace ShimService.Network.Tests.Pure;

public sealed class PortNumbersTests
{
    [Fact]
    public void Expand_WhenRangesAreOfOneSize_ThenTheyGoTogetherOneByOne()
    {
        var ports = PortNumbers.Expand(new PortRequest(80, 82) { HostPort = 8080, HostPortEnd = 8082 }, "ports[0]");

        Assert.Equal(
            [(80, 8080), (81, 8081), (82, 8082)], ports.Select(static port => (port.ContainerPort, port.HostPort)));
    }

    [Fact]
    public void Expand_WhenOnePortHasARangeOfTheHost_ThenTheRangeStays()
    {
        var port = Assert.Single(
            PortNumbers.Expand(new PortRequest(80, 0) { HostPort = 8080, HostPortEnd = 8089 }, "ports[0]"));

        Assert.Equal((80, 8080, 8089, "tcp"), (port.ContainerPort, port.HostPort, port.HostPortEnd, port.Protocol));
    }

    [Fact]
    public void Expand_WhenTheHostsPortIsLeftOut_ThenItStaysOpen()
    {
        var ports = PortNumbers.Expand(new PortRequest(80, 81) { Protocol = "udp" }, "ports[0]").ToList();

        Assert.All(ports, static port => Assert.Equal((0, "udp"), (port.HostPort, port.Protocol)));
        Assert.Equal(2, ports.Count);
    }

    [Theory]
    [InlineData(0, 0, 80, 0, "tcp", "container_port")]
    [InlineData(70000, 0, 80, 0, "tcp", "container_port")]
    [InlineData(82, 80, 0, 0, "tcp", "container_port")]
    [InlineData(80, 0, 9000, 8000, "tcp", "host_port")]
    [InlineData(80, 83, 8080, 8082, "tcp", "host_port")]
    [InlineData(80, 83, 8080, 0, "tcp", "host_port")]
    [InlineData(80, 0, 80, 0, "icmp", "protocol")]
    public void Expand_WhenItIsWrong_ThenTheFieldIsNamed(
        int first, int end, int host, int hostEnd, string protocol, string field)
    {
        var request = new PortRequest(first, end) { HostPort = host, HostPortEnd = hostEnd, Protocol = protocol };

        var error = Assert.Throws<TaskException>(() => PortNumbers.Expand(request, "ports[3]").ToList());

        Assert.Equal((ErrorKind.InvalidArgument, $"ports[3].{field}"), (error.Kind, error.Field));
    }
}
