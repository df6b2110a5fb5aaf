using System.Runtime.InteropServices;
using System.Text;
using ShimService.Linux.Native;

namespace ShimService.Linux.Netlink;

/// <summary>
/// Walks attributes. Lengths are checked, for the bytes are another's: what is torn or too short ends the walk.
/// </summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public ushort Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The value as text up to its NUL.</summary>
    public readonly string Text
    {
        get
        {
            var end = Value.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
        }
    }

    /// <summary>The value as a 32-bit number; 0 when it is shorter.</summary>
    public readonly uint Number => Value.Length >= sizeof(uint) ? MemoryMarshal.Read<uint>(Value) : 0;

    public bool Next()
    {
        if (_rest.Length < NetlinkNumbers.AttributeSize)
        {
            return false;
        }

        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < NetlinkNumbers.AttributeSize || length > _rest.Length)
        {
            return false;
        }

        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & NetlinkNumbers.NLA_TYPE_BITS);
        Value = _rest[NetlinkNumbers.AttributeSize..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}
