using ShimService.Engine.Resources;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Resources;

public sealed class DeviceAllowListTests
{
    private static readonly LinuxDeviceRule DenyAll = new(false, DeviceKind.All, null, null, "rwm");

    private static readonly LinuxDeviceRule AllowAll = new(true, DeviceKind.All, null, null, "rwm");

    [Fact]
    public void From_WhenThereAreNoRules_ThenOnlyTheDefaultDevices()
    {
        string writes = Writes(DeviceAllowList.From([]), null);
        Assert.StartsWith("-a", writes, StringComparison.Ordinal);
        Assert.Contains("+c *:* m", writes, StringComparison.Ordinal);
        Assert.Contains("+c 1:3 rwm", writes, StringComparison.Ordinal);
        Assert.Contains("+c 136:* rwm", writes, StringComparison.Ordinal);
        Assert.Equal(writes, Writes(DeviceAllowList.From([DenyAll]), null));
    }

    [Fact]
    public void From_WhenARuleRepeatsADefault_ThenWrittenOnce()
    {
        DeviceAllowList list = DeviceAllowList.From(
            [DenyAll, Allow(1, 3, "r"), Allow(1, 3, "wm"), Allow(10, 229, "rw"), Deny(10, 229, "w")]);

        string writes = Writes(list, null);
        Assert.Equal(1, writes.Split("1:3 ").Length - 1);
        Assert.Contains("+c 10:229 r;", writes, StringComparison.Ordinal);
    }

    [Fact]
    public void From_WhenEverythingIsAllowed_ThenAFreshGroupNeedsNoWrite()
    {
        Assert.Equal("", Writes(DeviceAllowList.From([AllowAll]), null));
        Assert.Equal("-c 10:229 rw;", Writes(DeviceAllowList.From([AllowAll, Deny(10, 229, "rwm")]), null));
    }

    [Fact]
    public void From_WhenAPartOfAWiderRuleIsDenied_ThenRefused()
    {
        TaskException refused = Assert.Throws<TaskException>(
            () => DeviceAllowList.From([DenyAll, Allow(10, null, "rwm"), Deny(10, 229, "rwm")]));
        Assert.Equal("linux.resources.devices[2]", refused.Field);
    }

    [Fact]
    public void WritesFrom_WhenAListChanges_ThenOnlyWhatDiffers()
    {
        DeviceAllowList before = DeviceAllowList.From([DenyAll, Allow(10, 229, "rw"), Allow(7, 1, "r")]);
        DeviceAllowList after = DeviceAllowList.From([DenyAll, Allow(10, 229, "r"), Allow(8, 0, "rwm")]);

        Assert.Equal("+c 8:0 rwm;-c 7:1 r;-c 10:229 w;", Writes(after, before));
        Assert.Equal("", Writes(after, after));
    }

    [Fact]
    public void Parse_WhenGivenTheKernelsList_ThenTheSameState()
    {
        DeviceAllowList list = DeviceAllowList.Parse("c *:* m\nb 8:* rw\n");
        Assert.Equal("-a;+c *:* m;+b 8:* rw;", Writes(list, null));
        Assert.True(DeviceAllowList.Parse("a *:* rwm\n").AllowsByDefault);
    }

    private static string Writes(DeviceAllowList list, DeviceAllowList? from) =>
        string.Concat(list.WritesFrom(from).Select(write => $"{(write.Allow ? '+' : '-')}{write.Rule};"));

    private static LinuxDeviceRule Allow(long? major, long? minor, string access) =>
        new(true, DeviceKind.Character, major, minor, access);

    private static LinuxDeviceRule Deny(long? major, long? minor, string access) =>
        new(false, DeviceKind.Character, major, minor, access);
}
