using System.Net;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Arguments;

/// <summary>
/// Subnets with what belongs to each: gateway, range and kept addresses go to the subnet they lie in. Pure.
/// </summary>
internal static class SubnetWords
{
    public static List<Subnet> Join(string[] subnets, string[] gateways, string[] ranges, string[] aux)
    {
        List<Subnet> joined = [.. subnets.Select(static text => new Subnet { Subnet_ = text })];
        foreach (string gateway in gateways)
        {
            Find(joined, gateway, "--gateway").Gateway = gateway;
        }

        foreach (string range in ranges)
        {
            Find(joined, range.Split('/')[0], "--ip-range").IpRange = range;
        }

        foreach (string address in aux)
        {
            // Docker's way gives each a name.
            string plain = address[(address.IndexOf('=') + 1)..];
            Find(joined, plain, "--aux-address").AuxAddresses.Add(plain);
        }

        return joined;
    }

    private static Subnet Find(List<Subnet> subnets, string address, string option) =>
        IPAddress.TryParse(address, out IPAddress? parsed)
            && subnets.Find(subnet => IPNetwork.TryParse(subnet.Subnet_, out IPNetwork block)
                && block.Contains(parsed)) is { } found
            ? found
            : throw new CliException($"{option} {address}: it lies in no --subnet");
}
