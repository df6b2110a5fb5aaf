using System.Text;
using ShimService.Engine.Stdio.Sinks;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Stdio;

public sealed class CriLogFormatTests
{
    [Fact]
    public void FormatPrefix_WhenGivenAnInstant_ThenWritesRfc3339NanoAndTheStream()
    {
        Span<byte> room = stackalloc byte[64];
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)).AddTicks(67);

        var length = CriLogFormat.FormatPrefix(time, StdioStream.Stderr, room);

        Assert.Equal("2026-01-02T01:04:05.000006700Z stderr ", Encoding.ASCII.GetString(room[..length]));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("\n", "> F \n")]
    [InlineData("a", "> P a\n")]
    [InlineData("a\nb\n\nc", "> F a\n> F b\n> F \n> P c\n")]
    public void Format_WhenPiecesEndInNewlines_ThenTagsFullAndPartial(string payload, string expected)
    {
        ReadOnlySpan<byte> rest = Encoding.ASCII.GetBytes(payload);
        Span<byte> room = new byte[256];

        var length = CriLogFormat.Format("> "u8, ref rest, room);

        Assert.Equal(expected, Encoding.ASCII.GetString(room[..length]));
        Assert.True(rest.IsEmpty);
    }

    [Fact]
    public void Format_WhenRecordDoesNotFit_ThenStopsBeforeIt()
    {
        ReadOnlySpan<byte> rest = "abc\ndef\n"u8;
        Span<byte> room = new byte[10];

        var length = CriLogFormat.Format("> "u8, ref rest, room);

        Assert.Equal("> F abc\n", Encoding.ASCII.GetString(room[..length]));
        Assert.True(rest.SequenceEqual("def\n"u8));
    }

    [Theory]
    [InlineData(CriLogFormat.MaxRecordBytes, "F")]
    [InlineData(CriLogFormat.MaxRecordBytes + 1, "PF")]
    [InlineData((2 * CriLogFormat.MaxRecordBytes) + 1, "PPF")]
    public void Format_WhenLineIsLongerThanARecord_ThenCutsItIntoPartials(int lineBytes, string tags)
    {
        var line = new byte[lineBytes + 1];
        Array.Fill(line, (byte)'x');
        line[^1] = (byte)'\n';
        ReadOnlySpan<byte> rest = line;
        var room = new byte[4 * CriLogFormat.MaxFormattedBytes];
        Span<byte> prefix = stackalloc byte[64];
        prefix = prefix[..CriLogFormat.FormatPrefix(DateTimeOffset.UnixEpoch, StdioStream.Stdout, prefix)];

        var length = CriLogFormat.Format(prefix, ref rest, room);

        var records = Encoding.ASCII.GetString(room, 0, length).TrimEnd('\n').Split('\n');
        Assert.Equal(tags, string.Concat(records.Select(record => record[prefixTag(record)])));
        Assert.True(CriLog.Read(room.AsSpan(0, length)).Stdout.AsSpan().SequenceEqual(line));
        static int prefixTag(string record) => record.IndexOf("stdout ", StringComparison.Ordinal) + 7;
    }
}
