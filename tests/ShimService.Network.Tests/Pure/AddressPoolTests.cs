using ShimService.Network.Addresses;
using ShimService.Tasks.Errors;

namespace ShimService.Network.Tests.Pure;

public sealed class AddressPoolTests
{
    [Fact]
    public void TryTake_WhenAskedUntilItIsEmpty_ThenEveryAddressOnceAndNoneThatIsReserved()
    {
        var pool = Pool("10.0.0.0/28", aux: "10.0.0.5");

        var taken = new List<string>();
        while (pool.TryTake() is { } address)
        {
            taken.Add(address.ToString());
        }

        Assert.Equal([2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14], taken.Select(static text => int.Parse(text[7..])));
    }

    [Fact]
    public void TryTake_WhenOneWasReturned_ThenTheOthersComeFirst()
    {
        var pool = Pool("10.0.0.0/29");
        var first = pool.TryTake()!;
        pool.Return(first);

        Assert.NotEqual(first, pool.TryTake());
    }

    [Fact]
    public void TryTake_WhenThereIsARange_ThenOnlyAddressesOfItAreGiven()
    {
        var pool = Pool("10.0.0.0/16", range: "10.0.9.0/30");

        Assert.Equal("10.0.9.0 10.0.9.1 10.0.9.2 10.0.9.3 ", string.Concat(Enumerable.Range(0, 4).Select(_ => $"{pool.TryTake()} ")));
        Assert.Null(pool.TryTake());
        Assert.True(pool.TryTake(System.Net.IPAddress.Parse("10.0.1.1")));
    }

    [Fact]
    public void TryTake_WhenTheSubnetIsIPv6_ThenAddressesFollowTheGateway()
    {
        var pool = Pool("fd00:1::/64");

        Assert.Equal("fd00:1::2", pool.TryTake()!.ToString());
        Assert.Equal("fd00:1::3", pool.TryTake()!.ToString());
    }

    [Theory]
    [InlineData("10.0.0.0", "", "", "is no subnet")]
    [InlineData("10.0.0.0/33", "", "", "is no subnet")]
    [InlineData("10.0.0.0/31", "", "", "no room")]
    [InlineData("0.0.0.0/0", "", "", "no room")]
    [InlineData("10.0.0.0/24", "10.0.1.1", "", "not inside")]
    [InlineData("10.0.0.0/24", "10.0.0", "", "no IP address")]
    [InlineData("10.0.0.0/24", "", "10.0.1.0/28", "no part of")]
    [InlineData("fd00::/64", "10.0.0.1", "", "not inside")]
    public void Complete_WhenASubnetIsWrong_ThenItSaysWhat(string subnet, string gateway, string range, string part)
    {
        var error = Assert.Throws<TaskException>(() =>
            Addressing.Complete(new SubnetRecord { Subnet = subnet, Gateway = gateway, Range = range }, "subnets[0]"));

        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Assert.StartsWith("subnets[0]", error.Field, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindFree_WhenSomeAreUsed_ThenTheFirstThatOverlapsWithNone()
    {
        Assert.True(Cidr.TryParse("172.16.0.0/15", out var two));
        Assert.True(Cidr.TryParse("172.18.4.0/24", out var part));

        var found = Addressing.FindFree([two, part]);

        Assert.Equal(("172.19.0.0/16", "172.19.0.1"), (found.Subnet, found.Gateway));
    }

    [Fact]
    public void MacOf_WhenThereIsAnAddress_ThenItIsInIt() =>
        Assert.Equal("02:42:0a:01:02:03", Addressing.MacOf(System.Net.IPAddress.Parse("10.1.2.3")).ToString());

    [Theory]
    [InlineData("10.0.0.0/29", "10.0.0.0", true)]
    [InlineData("10.0.0.0/29", "10.0.0.7", true)]
    [InlineData("10.0.0.0/29", "10.0.0.6", false)]
    [InlineData("fd00:1::/64", "fd00:1::", true)]
    [InlineData("fd00:1::/64", "fd00:1::ffff:ffff:ffff:ffff", false)]
    public void IsEnd_WhenAnAddressIsGiven_ThenTheSubnetsOwnAndItsBroadcastAre(string subnet, string text, bool isEnd) =>
        Assert.Equal(isEnd, Pool(subnet).IsEnd(System.Net.IPAddress.Parse(text)));

    private static AddressPool Pool(string subnet, string range = "", string? aux = null) => new(Addressing.Complete(
        new SubnetRecord { Subnet = subnet, Gateway = "", Range = range, Aux = aux is null ? [] : [aux] }, "subnets[0]"));
}
