using System.Buffers;

namespace ShimService.Daemon.Grpc.Authority;

/// <summary>
/// Empties :authority and host in an HPACK header block, without decoding it: fields are found by their framing, and
/// an empty value is never longer than the one it replaces. So the server's dynamic table keeps at least what the
/// client's keeps, at the same indexes. Source: RFC 7541 sections 4.4 and 6.
/// </summary>
internal static class HeaderBlock
{
    private const int AuthorityIndex = 1;
    private const int HostIndex = 38;

    // The names as a client may spell them where it uses no index: plain, and Huffman-coded.
    private static readonly byte[][] Names =
    [
        [.. ":authority"u8],
        [.. "host"u8],
        [0xb8, 0x3b, 0x53, 0x39, 0xec, 0x32, 0x7d, 0x7f],
        [0x9c, 0xe8, 0x4f],
    ];

    /// <summary>
    /// False: the block is malformed, and not all of it was written. Leave it to the server as it was.
    /// </summary>
    public static bool TryRewrite(ReadOnlySpan<byte> block, IBufferWriter<byte> output)
    {
        while (!block.IsEmpty)
        {
            int field = MeasureField(block, out int valueAt);
            if (field < 0)
            {
                return false;
            }

            if (valueAt > 0)
            {
                output.Write(block[..valueAt]);
                output.Write([(byte)0]);
            }
            else
            {
                output.Write(block[..field]);
            }

            block = block[field..];
        }

        return true;
    }

    /// <returns>The field's length in bytes, −1 where it is malformed.</returns>
    /// <param name="valueAt">Where the value begins that is to be emptied; 0 where there is none.</param>
    private static int MeasureField(ReadOnlySpan<byte> block, out int valueAt)
    {
        valueAt = 0;
        byte first = block[0];
        bool indexed = (first & 0x80) != 0;
        bool sizeUpdate = (first & 0xe0) == 0x20;
        int at = 0;
        int prefixBits = indexed ? 7 : sizeUpdate ? 5 : (first & 0x40) != 0 ? 6 : 4;
        if (!TryReadInteger(block, prefixBits, ref at, out int index))
        {
            return -1;
        }

        if (indexed || sizeUpdate)
        {
            return at;
        }

        bool empties = index is AuthorityIndex or HostIndex;
        if (index == 0)
        {
            if (!TrySkipString(block, ref at, out ReadOnlySpan<byte> name))
            {
                return -1;
            }

            empties = IsName(name);
        }

        int value = at;
        if (!TrySkipString(block, ref at, out _))
        {
            return -1;
        }

        valueAt = empties ? value : 0;
        return at;
    }

    private static bool IsName(ReadOnlySpan<byte> name)
    {
        foreach (byte[] known in Names)
        {
            if (name.SequenceEqual(known))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TrySkipString(ReadOnlySpan<byte> block, ref int at, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryReadInteger(block, 7, ref at, out int length) || length > block.Length - at)
        {
            return false;
        }

        text = block.Slice(at, length);
        at += length;
        return true;
    }

    // RFC 7541 section 5.1. Four more bytes hold any length a frame can have.
    private static bool TryReadInteger(ReadOnlySpan<byte> block, int prefixBits, ref int at, out int value)
    {
        value = 0;
        if (at >= block.Length)
        {
            return false;
        }

        int most = (1 << prefixBits) - 1;
        value = block[at++] & most;
        if (value < most)
        {
            return true;
        }

        for (int shift = 0; shift <= 21; shift += 7)
        {
            if (at >= block.Length)
            {
                return false;
            }

            byte next = block[at++];
            value += (next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
