using ShimService.Oci.Model;

namespace ShimService.Oci.Tests.Parse;

public sealed class SysctlNameTests
{
    [Theory]
    [InlineData("net.ipv4.ip_forward", "net/ipv4/ip_forward")]
    [InlineData("net/ipv4/ip_forward", "net/ipv4/ip_forward")]
    [InlineData("net.ipv4.conf.eth0/1.forwarding", "net/ipv4/conf/eth0.1/forwarding")]
    [InlineData("net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding")]
    [InlineData("plain", "plain")]
    public void ToPath_WhenEitherSeparatorComesFirst_ThenItSeparates(string name, string path) =>
        Assert.Equal(path, SysctlName.ToPath(name));
}
