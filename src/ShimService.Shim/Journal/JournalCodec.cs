using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using ShimService.Tasks.Events;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Journal;

/// <summary>
/// One record of the journal's file: length (u32) · CRC-32C of the body (u32) · body. Numbers are little-endian.
/// <code>
/// body: kind u8 · sequence u64 · then, of an event: topic u8 · ticks i64 · pid i32 · flags u8
/// [· status i32 · exit ticks i64 · oom u8] · container text [· exec text] [· bundle text] (text: u16 · UTF-8)
///       [· stdin text · stdout text · stderr text · terminal u8]
///       [· mounts u8 · of each: type text · source text · target text · options u8 · each a text]
/// </code>
/// An acknowledgement has kind and sequence only. Reading trusts nothing: a record that does not fit is the end.
/// </summary>
internal static class JournalCodec
{
    public const int HeaderSize = 8;
    private const int MaximumBody = 16 * 1024;
    private const byte EventKind = 1;
    private const byte AcknowledgedKind = 2;
    private const byte HasExit = 1;
    private const byte HasExec = 2;
    private const byte HasBundle = 4;
    private const byte HasPid = 8;
    private const byte HasStdio = 16;
    private const byte HasRootfs = 32;

    // Long lists of layers would be most of a journal: who wants to know asks for the mounts of the bundle.
    private const int LargestRootfs = 8 * 1024;

    public static byte[] Encode(TaskEvent happened)
    {
        var body = new ByteBuilder();
        body.U8(EventKind);
        body.I64((long)happened.Sequence);
        body.U8((byte)happened.Topic);
        body.I64(happened.At.UtcTicks);
        body.I32(happened.Pid?.Value ?? 0);
        body.U8((byte)((happened.Exit is null ? 0 : HasExit) | (happened.Exec is null ? 0 : HasExec)
            | (happened.Bundle is null ? 0 : HasBundle) | (happened.Pid is null ? 0 : HasPid)
            | (happened.Stdio is null ? 0 : HasStdio) | (HasSmallRootfs(happened.Rootfs) ? HasRootfs : 0)));
        if (happened.Exit is { } exit)
        {
            body.I32(exit.Status);
            body.I64(exit.At.UtcTicks);
            body.U8(exit.OomKilled ? (byte)1 : (byte)0);
        }

        body.Text(happened.Container.Value);
        if (happened.Exec is { } exec)
        {
            body.Text(exec.Value);
        }

        if (happened.Bundle is { } bundle)
        {
            body.Text(bundle);
        }

        if (happened.Stdio is { } stdio)
        {
            body.Text(stdio.Stdin);
            body.Text(stdio.Stdout);
            body.Text(stdio.Stderr);
            body.U8(stdio.Terminal ? (byte)1 : (byte)0);
        }

        if (HasSmallRootfs(happened.Rootfs))
        {
            Encode(body, happened.Rootfs);
        }

        return body.ToRecord();
    }

    public static byte[] EncodeAcknowledged(ulong sequence)
    {
        var body = new ByteBuilder();
        body.U8(AcknowledgedKind);
        body.I64((long)sequence);
        return body.ToRecord();
    }

    /// <summary>The record at the start of <paramref name="data"/>; null at the end or at a torn tail.</summary>
    public static JournalRecord? Decode(ReadOnlySpan<byte> data)
    {
        if (data.Length < HeaderSize)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(data);
        if (length > MaximumBody || length > data.Length - HeaderSize)
        {
            return null;
        }

        var body = data.Slice(HeaderSize, (int)length);
        if (Checksum(body) != BinaryPrimitives.ReadUInt32LittleEndian(data[4..]))
        {
            return null;
        }

        var size = HeaderSize + (int)length;
        var reader = new ByteReader(body);
        try
        {
            return reader.U8() switch
            {
                AcknowledgedKind => new JournalRecord(size, (ulong)reader.I64(), null),
                EventKind => new JournalRecord(size, 0, DecodeEvent(ref reader)),
                _ => null,
            };
        }
        catch (Exception failure) when (failure is ArgumentException or Tasks.Errors.TaskException)
        {
            // The checksum holds, the content does not: not written by us.
            return null;
        }
    }

    public static uint Checksum(ReadOnlySpan<byte> data)
    {
        var sum = uint.MaxValue;
        foreach (var value in data)
        {
            sum = BitOperations.Crc32C(sum, value);
        }

        return ~sum;
    }

    private static TaskEvent DecodeEvent(ref ByteReader reader)
    {
        var sequence = (ulong)reader.I64();
        var topic = (TaskTopic)reader.U8();
        var at = new DateTimeOffset(reader.I64(), TimeSpan.Zero);
        var pid = reader.I32();
        var flags = reader.U8();
        ProcessExit? exit = null;
        if ((flags & HasExit) != 0)
        {
            exit = new ProcessExit(reader.I32(), new DateTimeOffset(reader.I64(), TimeSpan.Zero), reader.U8() != 0);
        }

        return new TaskEvent(sequence, at, topic, ContainerId.Parse(reader.Text(), "container"))
        {
            Pid = (flags & HasPid) != 0 ? new Pid(pid) : null,
            Exit = exit,
            Exec = (flags & HasExec) != 0 ? ExecId.Parse(reader.Text(), "exec") : null,
            Bundle = (flags & HasBundle) != 0 ? reader.Text() : null,
            Stdio = (flags & HasStdio) != 0
                ? new StdioRequest(reader.Text(), reader.Text(), reader.Text(), reader.U8() != 0)
                : null,
            Rootfs = (flags & HasRootfs) != 0 ? DecodeRootfs(ref reader) : [],
        };
    }

    private static bool HasSmallRootfs(IReadOnlyList<RootfsMount> mounts)
    {
        var size = 0;
        foreach (var mount in mounts)
        {
            size += Encoding.UTF8.GetByteCount(mount.Type) + Encoding.UTF8.GetByteCount(mount.Source)
                + Encoding.UTF8.GetByteCount(mount.Target);
            foreach (var option in mount.Options)
            {
                size += 2 + Encoding.UTF8.GetByteCount(option);
            }

            if (mount.Options.Count > byte.MaxValue)
            {
                return false;
            }
        }

        return mounts.Count is > 0 and <= byte.MaxValue && size < LargestRootfs;
    }

    private static void Encode(ByteBuilder body, IReadOnlyList<RootfsMount> mounts)
    {
        body.U8((byte)mounts.Count);
        foreach (var mount in mounts)
        {
            body.Text(mount.Type);
            body.Text(mount.Source);
            body.Text(mount.Target);
            body.U8((byte)mount.Options.Count);
            foreach (var option in mount.Options)
            {
                body.Text(option);
            }
        }
    }

    private static RootfsMount[] DecodeRootfs(ref ByteReader reader)
    {
        var mounts = new RootfsMount[reader.U8()];
        for (var index = 0; index < mounts.Length; index++)
        {
            var (type, source, target) = (reader.Text(), reader.Text(), reader.Text());
            var options = new string[reader.U8()];
            for (var option = 0; option < options.Length; option++)
            {
                options[option] = reader.Text();
            }

            mounts[index] = new RootfsMount(type, source, target, options);
        }

        return mounts;
    }

    private sealed class ByteBuilder
    {
        private byte[] _bytes = new byte[128];
        private int _length = HeaderSize;

        public void U8(byte value)
        {
            Room(1);
            _bytes[_length++] = value;
        }

        public void I32(int value)
        {
            Room(4);
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_length), value);
            _length += 4;
        }

        public void I64(long value)
        {
            Room(8);
            BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(_length), value);
            _length += 8;
        }

        public void Text(string value)
        {
            var length = Encoding.UTF8.GetByteCount(value);
            Room(2 + length);
            BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_length), checked((ushort)length));
            Encoding.UTF8.GetBytes(value, _bytes.AsSpan(_length + 2));
            _length += 2 + length;
        }

        public byte[] ToRecord()
        {
            var record = _bytes.AsSpan(0, _length).ToArray();
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(_length - HeaderSize));
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Checksum(record.AsSpan(HeaderSize)));
            return record;
        }

        private void Room(int count)
        {
            if (_length + count > _bytes.Length)
            {
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
            }
        }
    }

    private ref struct ByteReader(ReadOnlySpan<byte> data)
    {
        private ReadOnlySpan<byte> _rest = data;

        public byte U8() => Take(1)[0];

        public int I32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

        public long I64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

        public string Text() => Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt16LittleEndian(Take(2))));

        private ReadOnlySpan<byte> Take(int count)
        {
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
