using System.Buffers.Binary;
using System.Text;

namespace ShimService.Engine.Systemd;

/// <summary>
/// Reads what <see cref="DBusWriter"/> writes. The bytes come from a system service: lengths are checked, and what does
/// not fit is an InvalidDataException.
/// </summary>
internal ref struct DBusReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly bool AtEnd => _at >= _bytes.Length;

    public readonly int Position => _at;

    public void Align(int size) => Take((size - (_at % size)) % size);

    public byte Byte() => Take(1)[0];

    public uint UInt32()
    {
        Align(4);
        return BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
    }

    public string Text()
    {
        var length = UInt32();
        return End(length);
    }

    public string Signature() => End(Byte());

    private string End(uint length)
    {
        if (length >= _bytes.Length)
        {
            throw new InvalidDataException("a D-Bus text is longer than its message");
        }

        var text = Encoding.UTF8.GetString(Take((int)length));
        Take(1);
        return text;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_bytes.Length - _at < count)
        {
            throw new InvalidDataException("a D-Bus message ends too early");
        }

        _at += count;
        return _bytes.Slice(_at - count, count);
    }
}
