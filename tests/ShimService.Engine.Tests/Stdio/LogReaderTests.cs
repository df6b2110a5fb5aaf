using System.Text;
using ShimService.Engine.Stdio.Attach;
using ShimService.Engine.Stdio.Sinks;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Stdio;

public sealed class LogReaderTests
{
    private const string Time = "2026-01-02T01:04:05.000006700Z";

    [Theory]
    [InlineData(Time + " stdout F a\n", 42, StdioStream.Stdout, "a", true)]
    [InlineData(Time + " stderr P \n", 41, StdioStream.Stderr, "", false)]
    [InlineData(Time + " stdout P a b\nrest", 44, StdioStream.Stdout, "a b", false)]
    public void TryParse_WhenRecordIsWhole_ThenTakesItApart(
        string log, int length, StdioStream stream, string payload, bool isFull)
    {
        Assert.True(CriLogFormat.TryParse(
            Encoding.ASCII.GetBytes(log), out var found, out var from, out var bytes, out var full));

        Assert.Equal((length, stream, isFull), (found, from, full));
        Assert.Equal(payload, Encoding.ASCII.GetString(bytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData(Time + " stdout F no newline")]
    [InlineData(Time + " stdxxx F a\n")]
    [InlineData(Time + " stdout X a\n")]
    [InlineData("something else altogether, but long enough to be one\n")]
    public void TryParse_WhenBytesAreNotARecord_ThenSaysSo(string log) =>
        Assert.False(CriLogFormat.TryParse(Encoding.ASCII.GetBytes(log), out _, out _, out _, out _));

    [Fact]
    public async Task Read_WhenPartIsAsked_ThenOnlyItsRecordsComeJoinedByStream()
    {
        await using var fixture = new StdioFixture();
        var path = fixture.PathOf("log");
        var before = $"{Time} stdout F older\n";
        var asked = $"{Time} stdout F one\n{Time} stdout P two\n{Time} stderr F bad\n";
        await File.WriteAllTextAsync(path, before + asked + $"{Time} stdout F newer\n");
        using var reader = new LogReader(Files.Open(path, OpenFlags.ReadOnly));
        var position = (long)before.Length;

        var chunks = reader.Read(ref position, before.Length + asked.Length);

        Assert.Equal(before.Length + asked.Length, position);
        Assert.Equal(
            ["Stdout one\ntwo", "Stderr bad\n"],
            chunks.Select(chunk => $"{chunk.Stream} {Encoding.ASCII.GetString(chunk.Data.Span)}"));
    }

    [Fact]
    public async Task Read_WhenTheFileWasCut_ThenThereIsNothing()
    {
        await using var fixture = new StdioFixture();
        var path = fixture.PathOf("log");
        await File.WriteAllTextAsync(path, "");
        using var reader = new LogReader(Files.Open(path, OpenFlags.ReadOnly));
        var position = 500L;

        Assert.Empty(reader.Read(ref position, 1000));
    }
}
