using ShimService.Cli.Terminal;

namespace ShimService.Cli.Tests;

public class DetachKeysTests
{
    [Theory]
    [InlineData("abc", "abc", false)]
    [InlineData("a\x10\x11" + "b", "a", true)]
    [InlineData("\x10" + "b", "\x10" + "b", false)]
    [InlineData("\x11", "\x11", false)]
    [InlineData("\x10\x10\x11", "\x10", true)]
    [InlineData("a\x10", "a", false)]
    public void Filter_WhenKeysAreTyped_ThenTheContainerGetsTheRest(string typed, string passed, bool detach)
    {
        byte[] output = new byte[typed.Length + 1];

        (int count, bool detached) = new DetachKeys().Filter(typed.Select(c => (byte)c).ToArray(), output);

        Assert.Equal(detach, detached);
        Assert.Equal(passed, string.Concat(output.Take(count).Select(b => (char)b)));
    }

    [Fact]
    public void Filter_WhenTheTwoKeysComeApart_ThenItStillDetaches()
    {
        var keys = new DetachKeys();
        byte[] output = new byte[2];

        Assert.Equal((0, false), keys.Filter([0x10], output));
        Assert.Equal((0, true), keys.Filter([0x11], output));
    }

    [Fact]
    public void Filter_WhenAnotherKeyFollowsTheHeldOne_ThenBothAreSent()
    {
        var keys = new DetachKeys();
        byte[] output = new byte[2];
        keys.Filter([0x10], output);

        Assert.Equal((2, false), keys.Filter([(byte)'x'], output));
        Assert.Equal([0x10, (byte)'x'], output);
    }
}
