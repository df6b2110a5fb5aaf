using System.Text.Json;
using System.Text.Json.Nodes;
using ShimService.Network.Addresses;

namespace ShimService.Network.Cni;

/// <summary>Reads what plugins answered into an endpoint. Pure. Source: CNI specification 1.0.0, section 5.</summary>
internal static class CniResult
{
    public static EndpointRecord Apply(EndpointRecord endpoint, string json)
    {
        endpoint = endpoint with { CniResult = json };
        JsonObject? result;
        try
        {
            result = JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return endpoint with { CniResult = "" };
        }

        foreach (var address in (result?["ips"] as JsonArray ?? []).OfType<JsonObject>())
        {
            endpoint = WithAddress(endpoint, Text(address["address"]), Text(address["gateway"]));
        }

        foreach (var link in (result?["interfaces"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (Text(link["sandbox"]).Length > 0 && Text(link["name"]) == endpoint.InterfaceName)
            {
                endpoint = endpoint with { MacAddress = Text(link["mac"]) };
            }
        }

        return endpoint;
    }

    private static EndpointRecord WithAddress(EndpointRecord endpoint, string address, string gateway)
    {
        if (!Cidr.TryParse(address, out var block))
        {
            return endpoint;
        }

        var plain = address[..address.IndexOf('/', StringComparison.Ordinal)];
        return block.IsIPv6
            ? endpoint with { IPv6Address = plain, IPv6PrefixLength = block.PrefixLength, IPv6Gateway = gateway }
            : endpoint with { IPv4Address = plain, IPv4PrefixLength = block.PrefixLength, IPv4Gateway = gateway };
    }

    private static string Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : "";
}
