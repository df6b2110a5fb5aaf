using ShimService.Shim.Journal;
using ShimService.Tasks.Events;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Tests.Journal;

public sealed class JournalCodecTests
{
    internal static readonly TaskEvent Full = new(7, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        TaskTopic.Exit, ContainerId.Parse("c1", "id"))
    {
        Exec = ExecId.Parse("e1", "id"),
        Pid = new Pid(42),
        Bundle = "/b/ü",
        Exit = new ProcessExit(137, new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero), OomKilled: true),
    };

    [Fact]
    public void Decode_WhenEncoded_ThenTheSame()
    {
        var bytes = JournalCodec.Encode(Full);

        var record = JournalCodec.Decode(bytes);

        Assert.Equal(Full, record!.Happened);
        Assert.Equal(bytes.Length, record.Size);
    }

    [Fact]
    public void Decode_WhenNothingOptionalIsSet_ThenTheSame()
    {
        var plain = new TaskEvent(1, DateTimeOffset.UnixEpoch, TaskTopic.Paused, ContainerId.Parse("c1", "id"));

        Assert.Equal(plain, JournalCodec.Decode(JournalCodec.Encode(plain))!.Happened);
    }

    [Fact]
    public void Decode_WhenCutOrChangedAnywhere_ThenNull()
    {
        var bytes = JournalCodec.Encode(Full);
        for (var index = 0; index < bytes.Length; index++)
        {
            Assert.Null(JournalCodec.Decode(bytes.AsSpan(0, index)));
            var changed = (byte[])bytes.Clone();
            changed[index] ^= 0x10;
            Assert.Null(JournalCodec.Decode(changed));
        }
    }

    [Fact]
    public void Decode_WhenNoise_ThenNeverThrows()
    {
        var random = new Random(1);
        var noise = new byte[256];
        for (var round = 0; round < 20_000; round++)
        {
            random.NextBytes(noise);

            // A small length and a right checksum, so that the body is looked at.
            var length = random.Next(0, 64);
            BitConverter.TryWriteBytes(noise, length);
            BitConverter.TryWriteBytes(noise.AsSpan(4), JournalCodec.Checksum(noise.AsSpan(8, length)));
            JournalCodec.Decode(noise);
        }
    }
}
