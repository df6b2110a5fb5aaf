using System.Buffers.Binary;

namespace ShimService.Engine.Tests.Support;

/// <summary>A program of x86_64 that is a file header and the machine code given. Source: man 5 elf.</summary>
internal static class TinyProgram
{
    private const int HeaderSize = 64, SegmentSize = 56;
    private const ulong Base = 0x400000;

    public static byte[] Make(ReadOnlySpan<byte> code)
    {
        var file = new byte[HeaderSize + SegmentSize + code.Length];
        ReadOnlySpan<byte> identity = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(file);
        Put16(file, 16, 2); // an executable
        Put16(file, 18, 62); // x86_64
        Put16(file, 20, 1);
        Put64(file, 24, Base + HeaderSize + SegmentSize);
        Put64(file, 32, HeaderSize);
        Put16(file, 52, HeaderSize);
        Put16(file, 54, SegmentSize);
        Put16(file, 56, 1);
        Put16(file, HeaderSize, 1); // loaded
        Put16(file, HeaderSize + 4, 5); // to be read and executed
        Put64(file, HeaderSize + 16, Base);
        Put64(file, HeaderSize + 24, Base);
        Put64(file, HeaderSize + 32, (ulong)file.Length);
        Put64(file, HeaderSize + 40, (ulong)file.Length);
        Put64(file, HeaderSize + 48, 0x1000);
        code.CopyTo(file.AsSpan(HeaderSize + SegmentSize));
        return file;
    }

    private static void Put16(byte[] file, int offset, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), value);

    private static void Put64(byte[] file, int offset, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(offset), value);
}
