using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Events;

namespace ShimService.Daemon.Tests.Events;

public sealed class EventLogTests : IDisposable
{
    private static readonly EventLogOptions Generous = new(100_000, TimeSpan.FromDays(1));

    private readonly string _directory = Directory.CreateTempSubdirectory("events-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Append_WhenReopened_ThenEveryEventIsThereInOrder()
    {
        using (var log = Open())
        {
            Fill(log, "a", 1, 5);
        }

        using var again = Open();
        Assert.Equal(5UL, again.Newest);
        Assert.Equal(5UL, again.LastOf("a"));
        Assert.Equal([1UL, 2, 3, 4, 5], ReadAll(again, 0).Select(recorded => recorded.Event.Sequence));
    }

    [Fact]
    public void Append_WhenShimRepeatsItself_ThenTheEventIsRecordedOnce()
    {
        using var log = Open();
        Assert.True(log.Append("a", 1, Make()));
        Assert.False(log.Append("a", 1, Make()));
        Assert.True(log.Append("b", 1, Make()));
        Assert.Equal(2UL, log.Newest);
    }

    [Fact]
    public void Append_WhenShimRepeatsItselfAfterRestart_ThenTheEventIsRecordedOnce()
    {
        using (var log = Open())
        {
            Fill(log, "a", 1, 3);
        }

        using var again = Open();
        Assert.False(again.Append("a", 3, Make()));
        Assert.True(again.Append("a", 4, Make()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(40)]
    public void Open_WhenTheTailIsTorn_ThenWholeEventsStayAndNewOnesFollow(int cut)
    {
        using (var log = Open())
        {
            Fill(log, "a", 1, 3);
        }

        var path = Directory.GetFiles(_directory).Single();
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(file.Length - cut);
        }

        using var again = Open();
        Assert.Equal(2UL, again.Newest);
        Assert.True(again.CutBytes > 0);
        Assert.True(again.Append("a", 3, Make()));
        Assert.Equal([1UL, 2, 3], ReadAll(again, 0).Select(recorded => recorded.Sequence));
    }

    [Fact]
    public void Open_WhenAByteIsFlipped_ThenNothingFromThereOnIsBelieved()
    {
        using (var log = Open())
        {
            Fill(log, "a", 1, 3);
        }

        var path = Directory.GetFiles(_directory).Single();
        var bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 0x40;
        File.WriteAllBytes(path, bytes);

        using var again = Open();
        Assert.Equal(2UL, again.Newest);
    }

    [Fact]
    public void OpenCursor_WhenAskedForWhatIsGone_ThenTheOldestKeptIsNamed()
    {
        using var log = Open(new EventLogOptions(16, TimeSpan.FromDays(1)));
        Fill(log, "a", 1, 100);
        var gone = Assert.Throws<EventsGoneException>(() => log.OpenCursor(1));
        Assert.Equal(log.Oldest, gone.Oldest);
        Assert.InRange(log.Newest - log.Oldest + 1, 16UL, 18UL);
        Assert.Equal(log.Oldest, ReadAll(log, 0)[0].Sequence);
    }

    [Fact]
    public void OpenCursor_WhenAskedForTheFuture_ThenItIsRefused()
    {
        using var log = Open();
        Fill(log, "a", 1, 2);
        Assert.Throws<EventsGoneException>(() => log.OpenCursor(3));
        Assert.Empty(ReadAll(log, 2));
    }

    [Fact]
    public void Read_WhenTheReaderFellBehindWhatIsKept_ThenItIsTold()
    {
        using var log = Open(new EventLogOptions(16, TimeSpan.FromDays(1)));
        Fill(log, "a", 1, 1);
        var cursor = log.OpenCursor(0);
        cursor.Read([]);
        Fill(log, "a", 2, 200);
        Assert.Throws<EventsGoneException>(() => cursor.Read([]));
    }

    [Fact]
    public void Trim_WhenEventsAreOld_ThenTheirSegmentsGoAndTheNewestStays()
    {
        var options = new EventLogOptions(80, TimeSpan.FromHours(1));
        using var log = Open(options);
        Fill(log, "a", 1, 30, DateTimeOffset.UtcNow.AddHours(-2));
        log.Trim();
        Assert.InRange(log.Oldest, 20UL, 30UL);
        Assert.Equal(30UL, log.Newest);
    }

    [Fact]
    public async Task Read_WhenManyAppendAndManyWatch_ThenNobodyMissesOrRepeatsAnything()
    {
        const int Writers = 4;
        const int Each = 500;
        using var log = Open(new EventLogOptions(800, TimeSpan.FromDays(1)));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var watchers = Enumerable.Range(0, 4).Select(_ => WatchAsync(log, 500, limit.Token)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
            Fill(log, $"shim{writer}", 1, Each / Writers))));
        foreach (var seen in await Task.WhenAll(watchers))
        {
            Assert.Equal(Enumerable.Range(1, 500).Select(number => (ulong)number), seen);
        }
    }

    private static async Task<List<ulong>> WatchAsync(EventLog log, ulong until, CancellationToken cancel)
    {
        var seen = new List<ulong>();
        var cursor = log.OpenCursor(0);
        var batch = new List<RecordedEvent>();
        while (cursor.Position < until)
        {
            await log.WaitBeyondAsync(cursor.Position, cancel);
            batch.Clear();
            cursor.Read(batch);
            seen.AddRange(batch.Select(recorded => recorded.Event.Sequence));
        }

        return seen;
    }

    private static List<RecordedEvent> ReadAll(EventLog log, ulong after)
    {
        var all = new List<RecordedEvent>();
        var batch = new List<RecordedEvent>();
        var cursor = log.OpenCursor(after);
        for (cursor.Read(batch); batch.Count > 0; batch.Clear(), cursor.Read(batch))
        {
            all.AddRange(batch);
        }

        return all;
    }

    private static void Fill(EventLog log, string shim, int first, int count, DateTimeOffset? at = null)
    {
        for (var number = first; number < first + count; number++)
        {
            log.Append(shim, (ulong)number, Make(at));
        }
    }

    private static Event Make(DateTimeOffset? at = null) => new()
    {
        Timestamp = (at ?? DateTimeOffset.UtcNow).ToTimestamp(),
        Topic = Topics.Start,
        ContainerId = "c1",
    };

    private EventLog Open(EventLogOptions? options = null) =>
        EventLog.Open(_directory, options ?? Generous, TimeProvider.System);
}
