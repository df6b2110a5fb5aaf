using ShimService.Engine.Statistics;
using ShimService.Tasks.Stats;

namespace ShimService.Engine.Tests.Statistics;

public sealed class CounterTextTests
{
    private readonly CgroupCounters _counters = new(CgroupGeneration.V2);

    [Fact]
    public void Add_WhenNumbersMaxAndNothing_ThenAsTheKernelSays()
    {
        CounterText.AddNumber(_counters, "a", "42\n"u8);
        CounterText.AddNumber(_counters, "b", "max\n"u8);
        CounterText.AddNumber(_counters, "c", []);

        Assert.Equal((42ul, ulong.MaxValue, 0ul), (_counters["a"], _counters["b"], _counters["c"]));
        Assert.False(_counters.Has("c"));
    }

    [Fact]
    public void Add_WhenKeyedOrInARow_ThenUnderTheirNames()
    {
        CounterText.AddKeyed(_counters, "memory.stat", "anon 1\nfile 22\n\nbad\n"u8);
        CounterText.AddRow(_counters, "percpu", "7 8 \n"u8);

        Assert.Equal((1ul, 22ul), (_counters["memory.stat anon"], _counters["memory.stat file"]));
        Assert.Equal((7ul, 8ul), (_counters["percpu 0"], _counters["percpu 1"]));
        Assert.False(_counters.Has("percpu 2"));
    }

    [Fact]
    public void Add_WhenDevicesOfEitherGeneration_ThenOneCounterANumber()
    {
        CounterText.AddDevices(_counters, "io.stat", "8:0 rbytes=1 wios=2\n8:16\nnonsense\n"u8);
        CounterText.AddDevices(_counters, "blkio", "8:0 Read 3\n8:0 Total 4\nTotal 4\n"u8);

        Assert.Equal(
            [
                new DeviceCounter("io.stat", 8, 0, "rbytes", 1), new DeviceCounter("io.stat", 8, 0, "wios", 2),
                new DeviceCounter("blkio", 8, 0, "Read", 3), new DeviceCounter("blkio", 8, 0, "Total", 4),
            ],
            _counters.Devices);
    }
}
