using ShimService.Tasks.Values;

namespace ShimService.Tasks.Tests.Values;

public sealed class EngineNameTests
{
    [Theory]
    [InlineData("", "native", null, "native")]
    [InlineData("native", "native", null, "native")]
    [InlineData("oci:/usr/sbin/runc", "oci:/usr/sbin/runc", "/usr/sbin/runc", "runc")]
    [InlineData("oci:/a b/\"x\"", "oci:/a b/\"x\"", "/a b/\"x\"", "\"x\"")]
    public void TryParse_WhenItIsAName_ThenItIsSpelledBack(string text, string name, string? runtime, string label)
    {
        Assert.True(EngineName.TryParse(text, out var parsed));
        Assert.Equal((name, runtime, label), (parsed.ToString(), parsed.Runtime, parsed.Label));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("Native")]
    [InlineData("oci:")]
    [InlineData("oci:/")]
    [InlineData("oci:runc")]
    [InlineData("oci:/usr/sbin/")]
    [InlineData("oci:/a\nb")]
    [InlineData("OCI:/usr/sbin/runc")]
    public void TryParse_WhenItIsNone_ThenFalse(string text) => Assert.False(EngineName.TryParse(text, out _));
}
