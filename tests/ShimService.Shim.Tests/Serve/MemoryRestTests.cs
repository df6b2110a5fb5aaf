using ShimService.Shim.Serve;
using ShimService.Testing.Fakes;

namespace ShimService.Shim.Tests.Serve;

public sealed class MemoryRestTests
{
    [Fact]
    public void Rest_WhenStirredAgainAndAgain_ThenOnlyAfterTheLast()
    {
        var time = new ManualTime();
        var rests = 0;
        using var rest = new MemoryRest(TimeSpan.FromSeconds(2), time, () => rests++);

        time.Advance(TimeSpan.FromSeconds(1));
        rest.Stirred();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, rests);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, rests);
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(1, rests);
    }

    [Fact]
    public void GiveBack_WhenCodeIsUnmapped_ThenItStillRuns()
    {
        MemoryRest.GiveBack();

        Assert.Equal("once more", string.Join(' ', "once", "more"));
    }
}
