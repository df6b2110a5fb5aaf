using ShimService.Engine.Statistics;
using ShimService.Tasks.Stats;

namespace ShimService.Engine.Tests.Statistics;

public sealed class StatisticsTextTests
{
    [Theory]
    [InlineData("total_rss", 7)]
    [InlineData("rss", 5)]
    [InlineData("rs", 0)]
    [InlineData("last", 9)]
    public void Find_WhenKeysAreAlike_ThenTheWholeKeyCounts(string key, ulong expected) =>
        Assert.Equal(expected, KeyedText.Find("rss_huge 1\nrss 5\ntotal_rss 7\nlast 9"u8,
            System.Text.Encoding.ASCII.GetBytes(key)));

    [Fact]
    public void Parse_WhenPressureHasBothLines_ThenBoth()
    {
        ResourcePressure? pressure = PressureText.Parse(
            "some avg10=1.50 avg60=0.25 avg300=0.00 total=1234\nfull avg10=0.10 avg60=0.00 avg300=99.99 total=7\n"u8);

        Assert.Equal(new PressureAverages(1.5, 0.25, 0, 1234), pressure!.Some);
        Assert.Equal(new PressureAverages(0.1, 0, 99.99, 7), pressure.Full);
    }

    [Fact]
    public void Parse_WhenPressureHasOneLineOrNone_ThenNullForTheRest()
    {
        Assert.Null(PressureText.Parse("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"u8)!.Full);
        Assert.Null(PressureText.Parse(""u8));
    }

    [Fact]
    public void ParseUnified_WhenDevicesHaveCounters_ThenOneEntryEach() =>
        Assert.Equal([new DeviceIoStats(8, 16, 1, 2, 3, 4), new DeviceIoStats(253, 0, 5, 0, 1, 0)],
            BlockIoText.ParseUnified(
                "8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=9 dios=9\n7:0\n253:0 rbytes=5 wbytes=0 rios=1 wios=0\n"u8));

    [Fact]
    public void ParseV1_WhenBytesAndOperationsAreApart_ThenJoined() =>
        Assert.Equal([new DeviceIoStats(8, 0, 100, 200, 3, 4)], BlockIoText.ParseV1(
            "8:0 Read 100\n8:0 Write 200\n8:0 Sync 1\n8:0 Total 300\nTotal 300\n"u8,
            "8:0 Read 3\n8:0 Write 4\n8:0 Discard 1\nTotal 8\n"u8));

    [Fact]
    public void Parse_WhenTheTextIsGarbage_ThenNothingIsThrown()
    {
        Random random = new(20261122);
        byte[] noise = new byte[300];
        const string Alphabet = "0123456789: =\nsomefullavg.rbytesRW";
        for (int round = 0; round < 3000; round++)
        {
            for (int i = 0; i < noise.Length; i++)
            {
                noise[i] = (byte)Alphabet[random.Next(Alphabet.Length)];
            }

            PressureText.Parse(noise);
            BlockIoText.ParseUnified(noise);
            BlockIoText.ParseV1(noise, noise);
            KeyedText.Find(noise, "some"u8);
        }
    }
}
