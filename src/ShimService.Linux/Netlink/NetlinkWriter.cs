using System.Runtime.InteropServices;
using ShimService.Linux.Native;

namespace ShimService.Linux.Netlink;

/// <summary>Netlink messages one after another, in the machine's byte order. Source: man 7 netlink.</summary>
internal sealed class NetlinkWriter
{
    private byte[] _buffer = new byte[1024];
    private int _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Begins a message; <see cref="End"/> takes what it answers.</summary>
    public int Begin(ushort type, ushort flags, uint sequence)
    {
        var start = _length;
        var header = Extend(NetlinkNumbers.HeaderSize);
        MemoryMarshal.Write(header[4..], type);
        MemoryMarshal.Write(header[6..], (ushort)(flags | NetlinkNumbers.NLM_F_REQUEST));
        MemoryMarshal.Write(header[8..], sequence);
        return start;
    }

    public void End(int start)
    {
        Align();
        MemoryMarshal.Write(_buffer.AsSpan(start), (uint)(_length - start));
    }

    /// <summary>struct ifinfomsg.</summary>
    public void Link(int family, int index, uint flags, uint change)
    {
        var message = Extend(NetlinkNumbers.LinkSize);
        message[0] = (byte)family;
        MemoryMarshal.Write(message[4..], index);
        MemoryMarshal.Write(message[8..], flags);
        MemoryMarshal.Write(message[12..], change);
    }

    public void Bytes(params ReadOnlySpan<byte> bytes) => bytes.CopyTo(Extend(bytes.Length));

    public void Attribute(ushort type, params ReadOnlySpan<byte> value)
    {
        Align();
        var whole = Extend(NetlinkNumbers.AttributeSize + value.Length);
        MemoryMarshal.Write(whole, (ushort)whole.Length);
        MemoryMarshal.Write(whole[2..], type);
        value.CopyTo(whole[NetlinkNumbers.AttributeSize..]);
    }

    public void Attribute(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        MemoryMarshal.Write(bytes, value);
        Attribute(type, bytes);
    }

    /// <summary>With the NUL that the kernel wants.</summary>
    public void Attribute(ushort type, string value) => Attribute(type, NativeText.Encode(value));

    /// <summary>Begins an attribute that holds attributes; <see cref="EndNest"/> takes what it answers.</summary>
    public int Nest(ushort type)
    {
        Align();
        var start = _length;
        MemoryMarshal.Write(Extend(NetlinkNumbers.AttributeSize)[2..], (ushort)(type | NetlinkNumbers.NLA_F_NESTED));
        return start;
    }

    public void EndNest(int start)
    {
        Align();
        MemoryMarshal.Write(_buffer.AsSpan(start), (ushort)(_length - start));
    }

    private void Align() => Extend(-_length & 3);

    private Span<byte> Extend(int count)
    {
        if (_length + count > _buffer.Length)
        {
            Array.Resize(ref _buffer, (_buffer.Length + count) * 2);
        }

        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }
}
