using System.Text;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Logs;

namespace ShimService.Daemon.Tests.Logs;

public sealed class LogCursorTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Read_WhenLinesArePartial_ThenTheBytesAreAsTheProcessWroteThem()
    {
        Write("1 stdout P hel", "2 stdout F lo", "3 stderr F ", "4 stdout P end");
        var pieces = ReadAll();
        Assert.Equal(["hel", "lo\n", "\n", "end"], pieces.Select(piece => piece.Data.ToStringUtf8()));
        Assert.Equal(Contracts.V1.Stream.Stderr, pieces[2].Stream);
    }

    [Fact]
    public void Read_WhenALineIsStillBeingWritten_ThenItWaitsForTheRest()
    {
        Write("1 stdout F one");
        File.AppendAllText(_path, "2026-01-02T03:04:02Z stdout F tw");
        using var cursor = LogCursor.TryOpen(_path, null)!;
        var pieces = new List<LogsResponse>();
        Assert.True(cursor.Read(pieces));
        Assert.False(cursor.Read(pieces));
        File.AppendAllText(_path, "o\n");
        Assert.True(cursor.Read(pieces));
        Assert.Equal(["one\n", "two\n"], pieces.Select(piece => piece.Data.ToStringUtf8()));
    }

    [Fact]
    public void Read_WhenALineIsLongerThanTheBuffer_ThenItComesWhole()
    {
        var line = new string('x', 300_000);
        Write("1 stdout F " + line);
        Assert.Equal(line + "\n", ReadAll().Single().Data.ToStringUtf8());
    }

    [Fact]
    public void Read_WhenLinesShareTheirInstant_ThenTheyTravelTogether()
    {
        Write("1 stdout F a", "1 stdout F b", "1 stderr F c", "2 stderr F d");
        Assert.Equal(["a\nb\n", "c\n", "d\n"], ReadAll().Select(piece => piece.Data.ToStringUtf8()));
    }

    [Fact]
    public void Read_WhenSinceIsGiven_ThenOlderLinesArePassedOver()
    {
        Write("1 stdout F a", "2 stdout F b", "3 stdout F c");
        var since = new DateTimeOffset(2026, 1, 2, 3, 4, 2, TimeSpan.Zero).ToTimestamp();
        Assert.Equal(["b\n", "c\n"], ReadAll(since).Select(piece => piece.Data.ToStringUtf8()));
    }

    [Theory]
    [InlineData(1, "e")]
    [InlineData(2, "cd\n|e")]
    [InlineData(3, "b\n|cd\n|e")]
    [InlineData(9, "a\n|b\n|cd\n|e")]
    public void SkipToTail_WhenLinesHaveParts_ThenWholeLinesAreCounted(int lines, string expected)
    {
        Write("1 stdout F a", "2 stdout F b", "3 stdout P c", "3 stdout F d", "4 stdout P e");
        using var cursor = LogCursor.TryOpen(_path, null)!;
        cursor.SkipToTail((ulong)lines);
        var pieces = new List<LogsResponse>();
        cursor.Read(pieces);
        Assert.Equal(expected, string.Join('|', pieces.Select(piece => piece.Data.ToStringUtf8())));
    }

    [Fact]
    public void SkipToTail_WhenTheLogIsLong_ThenItIsFoundOverBlocks()
    {
        var lines = Enumerable.Range(0, 20_000).Select(number => $"1 stdout F line {number}").ToArray();
        Write(lines);
        using var cursor = LogCursor.TryOpen(_path, null)!;
        cursor.SkipToTail(15_000);
        var pieces = new List<LogsResponse>();
        cursor.Read(pieces);
        Assert.StartsWith("line 5000\n", pieces[0].Data.ToStringUtf8(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05.123456789Z", 123456789)]
    [InlineData("2026-01-02T03:04:05.5Z", 500000000)]
    [InlineData("2026-01-02T05:04:05+02:00", 0)]
    public void TryParse_WhenTheInstantIsRfc3339_ThenNanosecondsAreKept(string text, int nanoseconds)
    {
        Assert.True(Rfc3339.TryParse(Encoding.ASCII.GetBytes(text), out var timestamp));
        Assert.Equal(nanoseconds, timestamp.Nanos);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).ToUnixTimeSeconds(), timestamp.Seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-13-02T03:04:05Z")]
    [InlineData("2026-01-02T03:04:05")]
    [InlineData("2026-01-02T03:04:05.Z")]
    [InlineData("2026-01-02T03:04:05.1234567890Z")]
    [InlineData("2026-01-02 03:04:05Z")]
    [InlineData("xxxx-01-02T03:04:05Z")]
    public void TryParse_WhenItIsNoInstant_ThenFalse(string text) =>
        Assert.False(Rfc3339.TryParse(Encoding.ASCII.GetBytes(text), out _));

    // "3 stdout F x" becomes a line of 03:04:03.
    private void Write(params string[] lines) => File.WriteAllText(_path, string.Concat(lines.Select(line =>
        $"2026-01-02T03:04:{int.Parse(line[..1], System.Globalization.CultureInfo.InvariantCulture):00}Z{line[1..]}\n")));

    private List<LogsResponse> ReadAll(Timestamp? since = null)
    {
        using var cursor = LogCursor.TryOpen(_path, since)!;
        var pieces = new List<LogsResponse>();
        while (cursor.Read(pieces))
        {
            // Until the end.
        }

        return pieces;
    }
}
