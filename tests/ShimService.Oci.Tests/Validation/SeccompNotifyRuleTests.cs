using ShimService.Oci.Tests.Specs;

namespace ShimService.Oci.Tests.Validation;

/// <summary>Where SCMP_ACT_NOTIFY may stand, and what errno values go with.</summary>
[Trait("Spec", "linux.seccomp.syscalls.action")]
public sealed class SeccompNotifyRuleTests
{
    private const string Allow = "\"defaultAction\":\"SCMP_ACT_ALLOW\"";

    [Theory]
    [InlineData("\"defaultAction\":\"SCMP_ACT_NOTIFY\",\"listenerPath\":\"/a\"", "defaultAction")]
    [InlineData(Allow + ",\"listenerPath\":\"/a\",\"syscalls\":[{\"names\":[\"read\",\"write\"],\"action\":\"SCMP_ACT_NOTIFY\"}]",
        "syscalls[0].names[1]")]
    [InlineData(Allow + ",\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_NOTIFY\"}]", "listenerPath")]
    [InlineData(Allow + ",\"listenerPath\":\"@a\",\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_NOTIFY\"}]",
        "listenerPath")]
    [InlineData(Allow + ",\"listenerMetadata\":\"a\"", "listenerMetadata")]
    [InlineData(Allow + ",\"listenerPath\":\"/a\",\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_NOTIFY\","
        + "\"errnoRet\":1}]", "syscalls[0].errnoRet")]
    [InlineData(Allow + ",\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_KILL\",\"errnoRet\":1}]",
        "syscalls[0].errnoRet")]
    [InlineData(Allow + ",\"defaultErrnoRet\":1", "defaultErrnoRet")]
    public void Parse_WhenTheHandOverCouldNotWork_ThenRefused(string seccomp, string field) => Assert.Equal(
        $"linux.seccomp.{field}", Sample.Refused(Sample.Minimal(linux: $"\"seccomp\":{{{seccomp}}}")).Field);

    [Fact]
    public void Parse_WhenNothingNotifies_ThenTheListenerIsOfNoConsequence() =>
        Assert.Equal("a", Sample.Parse(Sample.Minimal(
            linux: $"\"seccomp\":{{{Allow},\"listenerPath\":\"a\"}}")).Linux.Seccomp!.ListenerPath);
}
