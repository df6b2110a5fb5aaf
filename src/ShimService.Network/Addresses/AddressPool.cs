using System.Net;

namespace ShimService.Network.Addresses;

/// <summary>
/// Who has which address of a subnet. Addresses are given out in turn, so that one that was given back rests before it
/// is given again: others may still hold it in their neighbour tables. Not for several threads at a time.
/// </summary>
internal sealed class AddressPool
{
    private readonly Cidr _subnet;
    private readonly bool _hasEnds;
    private readonly UInt128 _lowest;
    private readonly UInt128 _highest;
    private readonly HashSet<UInt128> _taken = [];
    private UInt128 _next;

    public AddressPool(SubnetRecord subnet)
    {
        _subnet = subnet.Block;
        var range = subnet.RangeBlock;

        // A network's own address and IPv4's broadcast address belong to nobody; in /31 and /32 there are none.
        _hasEnds = _subnet.PrefixLength < (_subnet.IsIPv6 ? 127 : 31);
        _lowest = range.First == _subnet.First && _hasEnds ? range.First + 1 : range.First;
        _highest = range.Last == _subnet.Last && _hasEnds && !_subnet.IsIPv6 ? range.Last - 1 : range.Last;
        _next = _lowest;
        foreach (var reserved in subnet.Reserved)
        {
            _taken.Add(Cidr.ToNumber(reserved));
        }
    }

    /// <summary>How many are taken, reserved ones too.</summary>
    public int Count => _taken.Count;

    /// <summary>The next free one; null when there is none.</summary>
    public IPAddress? TryTake()
    {
        var start = _next;
        do
        {
            var candidate = _next;
            _next = _next >= _highest ? _lowest : _next + 1;
            if (_taken.Add(candidate))
            {
                return _subnet.At(candidate);
            }
        }
        while (_next != start);

        return null;
    }

    /// <summary>Is it the subnet's own address, or its IPv4 broadcast address? Those are nobody's to have.</summary>
    public bool IsEnd(IPAddress address) => _hasEnds && Cidr.ToNumber(address) is var number
        && (number == _subnet.First || (number == _subnet.Last && !_subnet.IsIPv6));

    /// <summary>That one; false when somebody has it. Any of the subnet, also outside the range.</summary>
    public bool TryTake(IPAddress address) => _subnet.Contains(address) && _taken.Add(Cidr.ToNumber(address));

    public void Return(IPAddress address) => _taken.Remove(Cidr.ToNumber(address));
}
