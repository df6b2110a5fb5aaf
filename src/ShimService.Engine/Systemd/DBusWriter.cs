using System.Buffers.Binary;
using System.Text;

namespace ShimService.Engine.Systemd;

/// <summary>
/// D-Bus values as bytes, little-endian, each aligned to its size from the start. Source: D-Bus specification 0.43,
/// "Marshaling (Wire Format)".
/// </summary>
internal sealed class DBusWriter
{
    private byte[] _buffer = new byte[512];
    private int _length;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    public void Align(int size)
    {
        var padding = (size - (_length % size)) % size;
        Room(padding).Clear();
        _length += padding;
    }

    public void Byte(byte value)
    {
        Room(1)[0] = value;
        _length++;
    }

    public void UInt32(uint value)
    {
        Align(4);
        BinaryPrimitives.WriteUInt32LittleEndian(Room(4), value);
        _length += 4;
    }

    public void UInt64(ulong value)
    {
        Align(8);
        BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);
        _length += 8;
    }

    public void Boolean(bool value) => UInt32(value ? 1U : 0);

    /// <summary>A string, and in the same form an object path.</summary>
    public void Text(string value)
    {
        var bytes = Encoding.UTF8.GetByteCount(value);
        UInt32((uint)bytes);
        Encoding.UTF8.GetBytes(value, Room(bytes + 1));
        _buffer[_length + bytes] = 0;
        _length += bytes + 1;
    }

    public void Signature(string value)
    {
        Byte((byte)value.Length);
        Encoding.ASCII.GetBytes(value, Room(value.Length + 1));
        _buffer[_length + value.Length] = 0;
        _length += value.Length + 1;
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>An array; its length is that of its elements, without the padding before the first.</summary>
    public void Array(int alignment, Action<DBusWriter> elements)
    {
        UInt32(0);
        var at = _length - 4;
        Align(alignment);
        var start = _length;
        elements(this);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(at), (uint)(_length - start));
    }

    private Span<byte> Room(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            System.Array.Resize(ref _buffer, (_buffer.Length + bytes) * 2);
        }

        return _buffer.AsSpan(_length, bytes);
    }
}
