using ShimService.Oci.Tests.Specs;

namespace ShimService.Oci.Tests.Parse;

public sealed class UnsupportedTests
{
    [Theory]
    [InlineData("\"vm\":{\"kernel\":{\"path\":\"/k\"}}", "vm")]
    [InlineData("\"mounts\":[{\"destination\":\"/a\",\"source\":\"/a\",\"options\":[\"bind\",\"rsync\"]}]",
        "mounts[0].options[1]")]
    public void Parse_WhenTopPropertyIsNotDoneYet_ThenRefusedByName(string top, string field) =>
        AssertUnsupported(Sample.Minimal(top), field);

    [Theory]
    [InlineData("\"personality\":{\"domain\":\"LINUX32\",\"flags\":[\"ADDR_NO_RANDOMIZE\"]}", "linux.personality.flags")]
    [InlineData("\"netDevices\":{\"eth0\":{\"name\":\"e%d\"}}", "linux.netDevices[eth0].name")]
    [InlineData("\"namespaces\":[{\"type\":\"mount\",\"path\":\"/proc/1/ns/mnt\"}]", "linux.namespaces[0].path")]
    public void Parse_WhenLinuxPropertyIsNotDoneYet_ThenRefusedByName(string linux, string field) =>
        AssertUnsupported(Sample.Minimal(linux: linux), field);

    [Theory]
    [InlineData("\"intelRdt\":{}")]
    [InlineData("\"intelRdt\":null")]
    [InlineData("\"personality\":{\"domain\":\"\",\"flags\":[]}")]
    [InlineData("\"resources\":{\"network\":{\"classID\":0},\"unified\":{},\"rdma\":{},\"hugepageLimits\":[]}")]
    public void Parse_WhenUndonePropertyAsksForNothing_ThenAccepted(string linux) =>
        Assert.NotNull(Sample.Parse(Sample.Minimal(linux: linux)));

    private static void AssertUnsupported(string json, string field)
    {
        var error = Sample.Refused(json);

        Assert.Equal((field, SpecProblem.Unsupported), (error.Field, error.Kind));
        Assert.StartsWith($"{field}: ", error.Message, StringComparison.Ordinal);
    }
}
