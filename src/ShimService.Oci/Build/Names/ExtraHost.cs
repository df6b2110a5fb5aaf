namespace ShimService.Oci.Build.Names;

/// <summary>"name:address" or "name=address"; the address may be "host-gateway", an IPv6 one in brackets.</summary>
public sealed record ExtraHost(string Name, string Address)
{
    /// <summary>Stands for where the container reaches the host.</summary>
    public const string HostGateway = "host-gateway";

    /// <summary>Errors: <see cref="SpecException"/> with the field.</summary>
    public static ExtraHost Parse(string text, string field)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        at = at < 0 ? text.IndexOf(':', StringComparison.Ordinal) : at;
        if (at <= 0 || text[..at].Any(char.IsWhiteSpace))
        {
            throw new SpecException(field, $"\"{text}\" is not NAME:ADDRESS");
        }

        var address = text[(at + 1)..].Trim('[', ']');
        return address == HostGateway || AddressText.IsAddress(address)
            ? new ExtraHost(text[..at], address)
            : throw new SpecException(field, $"\"{address}\" is neither an address nor {HostGateway}");
    }
}
