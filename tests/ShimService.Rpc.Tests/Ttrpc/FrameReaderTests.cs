using ShimService.Rpc.Ttrpc;

namespace ShimService.Rpc.Tests.Ttrpc;

public sealed class FrameReaderTests
{
    private const int LimitBytes = 1000;

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(513)]
    [InlineData(100_000)]
    public async Task Read_WhenBytesComeInPieces_ThenFramesAreTheSame(int piece)
    {
        byte[] bytes =
            [.. Frame(1, 0), .. Frame(3, 700), .. Frame(5, LimitBytes + 1), .. Frame(7, LimitBytes), .. Frame(9, 1)];

        List<(uint Stream, int Length, bool TooLarge)> frames = await ReadAllAsync(bytes, piece);

        Assert.Equal(
            [(1u, 0, false), (3u, 700, false), (5u, 0, true), (7u, LimitBytes, false), (9u, 1, false)], frames);
    }

    [Fact]
    public async Task Read_WhenTheStreamEndsInsideAFrame_ThenIsTheEnd()
    {
        byte[] bytes = [.. Frame(1, 3), .. Frame(3, 700)];
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(length < 13 ? 0 : 1, (await ReadAllAsync(bytes[..length], 64)).Count);
        }
    }

    [Fact]
    public async Task Read_WhenGivenAnything_ThenEveryByteIsAccountedFor()
    {
        var random = new Random(10);
        for (int round = 0; round < 3000; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            for (int at = 0; at + 3 < bytes.Length; at += random.Next(10, 60))
            {
                // Small lengths, so that frames follow each other.
                bytes[at] = bytes[at + 1] = bytes[at + 2] = 0;
            }

            List<(uint Stream, int Length, bool TooLarge)> frames = await ReadAllAsync(bytes, random.Next(1, 100));

            Assert.True(frames.Where(frame => !frame.TooLarge).Sum(frame => 10 + frame.Length) <= bytes.Length);
        }
    }

    private static byte[] Frame(uint stream, int length)
    {
        var frame = new byte[FrameHeader.Size + length];
        new FrameHeader((uint)length, stream, FrameType.Data, FrameFlags.None).Write(frame);
        return frame;
    }

    private static async Task<List<(uint Stream, int Length, bool TooLarge)>> ReadAllAsync(byte[] bytes, int piece)
    {
        int at = 0;
        var reader = new FrameReader(
            memory =>
            {
                int now = Math.Min(Math.Min(piece, memory.Length), bytes.Length - at);
                bytes.AsMemory(at, now).CopyTo(memory);
                at += now;
                return ValueTask.FromResult(now);
            },
            LimitBytes);
        var frames = new List<(uint, int, bool)>();
        while (await reader.ReadAsync() is { } frame)
        {
            frames.Add((frame.Header.StreamId, frame.Payload.Length, frame.TooLarge));
            frame.Payload.Return();
        }

        return frames;
    }
}
