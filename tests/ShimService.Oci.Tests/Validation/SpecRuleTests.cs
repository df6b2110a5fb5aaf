using ShimService.Oci.Tests.Specs;

namespace ShimService.Oci.Tests.Validation;

public sealed class SpecRuleTests
{
    [Theory]
    [InlineData("", "ociVersion")]
    [InlineData("{\"ociVersion\":\"1.0.0\"}", "root.path")]
    [InlineData("{\"ociVersion\":\"one\"}", "ociVersion")]
    [InlineData("{\"ociVersion\":\"1.0\"}", "ociVersion")]
    [InlineData("{\"ociVersion\":\"1.0.0-\"}", "ociVersion")]
    [InlineData("{\"ociVersion\":\"01.0.0\"}", "ociVersion")]
    [InlineData("{\"ociVersion\":\"2.0.0\"}", "ociVersion")]
    [InlineData("{\"ociVersion\":\"1.4.0\"}", "ociVersion")]
    [InlineData("{\"ociVersion\":7}", "ociVersion")]
    public void Parse_WhenDocumentIsWrong_ThenFieldIsNamed(string json, string field) =>
        Assert.Equal(field, Sample.Refused(json.Length == 0 ? "{}" : json).Field);

    [Theory]
    [InlineData("\"process\":{\"cwd\":\"/\"}", "process.args")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"\"]}", "process.args[0]")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\",\"b\\u0000c\"]}", "process.args[1]")]
    [InlineData("\"process\":{\"cwd\":\"tmp\",\"args\":[\"a\"]}", "process.cwd")]
    [InlineData("\"process\":{\"args\":[\"a\"]}", "process.cwd")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"consoleSize\":{\"width\":65536,\"height\":1}}",
        "process.consoleSize.width")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"env\":[\"A=1\",\"=1\"]}", "process.env[1]")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"env\":[\"A\"]}", "process.env[0]")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"user\":{\"uid\":4294967295}}", "process.user.uid")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"user\":{\"uid\":-1}}", "process.user.uid")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"user\":{\"umask\":512}}", "process.user.umask")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"oomScoreAdj\":1001}", "process.oomScoreAdj")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"ioPriority\":{\"class\":\"BE\"}}", "process.ioPriority")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\",\"priority\":8}}",
        "process.ioPriority.priority")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":0},"
        + "{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":0}]}", "process.rlimits[1].type")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"rlimits\":[{\"type\":\"RLIMIT_NO\",\"soft\":0,\"hard\":0}]}",
        "process.rlimits[0].type")]
    [InlineData("\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"soft\":2,\"hard\":1}]}",
        "process.rlimits[0].soft")]
    [InlineData("\"mounts\":[{\"type\":\"tmpfs\"}]", "mounts[0].destination")]
    [InlineData("\"mounts\":[{\"destination\":\"/./\",\"type\":\"tmpfs\"}]", "mounts[0].destination")]
    [InlineData("\"mounts\":[{\"destination\":\"/a\"}]", "mounts[0].type")]
    [InlineData("\"mounts\":[{\"destination\":\"/a\",\"type\":\"bind\",\"source\":\"/a\"}]", "mounts[0].options")]
    [InlineData("\"mounts\":[{\"destination\":\"/a\",\"options\":[\"rbind\"]}]", "mounts[0].source")]
    [InlineData("\"mounts\":[{\"destination\":\"/a\\u0000b\",\"type\":\"tmpfs\"}]", "mounts[0].destination")]
    [InlineData("\"mounts\":[{\"destination\":\"/proc\",\"type\":\"tmpfs\"}]", "mounts[0].destination")]
    [InlineData("\"mounts\":[{\"destination\":\"/a/../proc/./self\",\"type\":\"tmpfs\"}]", "mounts[0].destination")]
    [InlineData("\"mounts\":[{\"destination\":\"/proc/\",\"source\":\"/srv\",\"options\":[\"bind\"]}]",
        "mounts[0].destination")]
    [InlineData("\"mounts\":[{\"destination\":\"/a\",\"source\":\"/a\",\"options\":[\"bind\",\"idmap\"]}]",
        "mounts[0].options")]
    [InlineData("\"mounts\":[{\"destination\":\"/a\",\"source\":\"/a\",\"options\":[\"bind\"],\"uidMappings\":[{\"size\":1}]}]",
        "mounts[0].gidMappings")]
    [InlineData("\"mounts\":[{\"destination\":\"/b\",\"type\":\"tmpfs\",\"uidMappings\":[{\"size\":1}],"
        + "\"gidMappings\":[{\"size\":1}]}]", "mounts[0].uidMappings")]
    [InlineData("\"mounts\":[{\"destination\":\"/b\",\"type\":\"tmpfs\",\"gidMappings\":[{\"size\":0}]}]",
        "mounts[0].gidMappings[0].size")]
    [InlineData("\"hooks\":{\"prestart\":[{}]}", "hooks.prestart[0].path")]
    [InlineData("\"hooks\":{\"createRuntime\":[{\"path\":\"bin/true\"}]}", "hooks.createRuntime[0].path")]
    [InlineData("\"hooks\":{\"createContainer\":[{\"path\":\"/a\",\"args\":[\"a\\u0000\"]}]}",
        "hooks.createContainer[0].args[0]")]
    [InlineData("\"hooks\":{\"startContainer\":[{\"path\":\"/a\",\"env\":[\"A\"]}]}", "hooks.startContainer[0].env[0]")]
    [InlineData("\"hooks\":{\"poststart\":[{\"path\":\"/a\"},{\"path\":\"/a\",\"timeout\":0}]}",
        "hooks.poststart[1].timeout")]
    [InlineData("\"hooks\":{\"poststop\":[{\"path\":\"/a\",\"timeout\":-1}]}", "hooks.poststop[0].timeout")]
    [InlineData("\"hooks\":{\"poststop\":[null]}", "hooks.poststop[0]")]
    [InlineData("\"annotations\":{\"\":\"x\"}", "annotations")]
    [InlineData("\"annotations\":[]", "annotations")]
    [InlineData("\"hostname\":\"0123456789012345678901234567890123456789012345678901234567890123x\"", "hostname")]
    public void Parse_WhenTopPropertyIsWrong_ThenFieldIsNamed(string top, string field) =>
        Assert.Equal(field, Sample.Refused(Sample.Minimal(top)).Field);

    [Theory]
    [InlineData("\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"pid\"},{\"type\":\"pid\"}]", "linux.namespaces[2].type")]
    [InlineData("\"netDevices\":{\"a/b\":{}}", "linux.netDevices[a/b]")]
    [InlineData("\"netDevices\":{\"lo\":{}}", "linux.netDevices[lo]")]
    [InlineData("\"netDevices\":{\"a\":{},\"b\":{\"name\":\"a\"}}", "linux.netDevices[b].name")]
    [InlineData("\"netDevices\":{\"a\":{\"name\":\"longer-than-fifteen\"}}", "linux.netDevices[a].name")]
    [InlineData("\"netDevices\":{\"a\":{}},\"namespaces\":[{\"type\":\"mount\"}]", "linux.netDevices")]
    [InlineData("\"timeOffsets\":{\"monotonic\":{\"secs\":1}}", "linux.timeOffsets")]
    [InlineData("\"timeOffsets\":{\"realtime\":{\"secs\":1}}", "linux.timeOffsets.realtime")]
    [InlineData("\"timeOffsets\":{\"boottime\":{\"nanosecs\":1000000000}}", "linux.timeOffsets.boottime.nanosecs")]
    [InlineData("\"timeOffsets\":{\"boottime\":{\"secs\":1}},\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"time\","
        + "\"path\":\"/proc/1/ns/time\"}]", "linux.timeOffsets")]
    [InlineData("\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"net\"}]", "linux.namespaces[1].type")]
    [InlineData("\"namespaces\":[{\"path\":\"/a\"}]", "linux.namespaces[0]")]
    [InlineData("\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"ipc\",\"path\":\"a\"}]", "linux.namespaces[1].path")]
    [InlineData("\"namespaces\":[{\"type\":\"pid\"}]", "linux.namespaces")]
    [InlineData("\"uidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":1}]", "linux.uidMappings")]
    [InlineData("\"uidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":0}]", "linux.uidMappings[0].size")]
    [InlineData("\"uidMappings\":[{\"hostID\":4294967295,\"size\":1}]", "linux.uidMappings[0]")]
    [InlineData("\"gidMappings\":[{\"hostID\":0,\"size\":9},{\"containerID\":9,\"hostID\":8,\"size\":9}]", "linux.gidMappings[1]")]
    [InlineData("\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"pid\"},{\"type\":\"user\"}]", "linux.uidMappings")]
    [InlineData("\"devices\":[{\"path\":\"/dev/x\",\"major\":1}]", "linux.devices[0].type")]
    [InlineData("\"devices\":[{\"type\":\"z\"}]", "linux.devices[0].type")]
    [InlineData("\"devices\":[{\"type\":\"c\",\"path\":\"dev/x\"}]", "linux.devices[0].path")]
    [InlineData("\"devices\":[{\"type\":\"c\",\"path\":\"/dev/x\",\"major\":4096}]", "linux.devices[0].major")]
    [InlineData("\"maskedPaths\":[\"/a\",\"b\"]", "linux.maskedPaths[1]")]
    [InlineData("\"readonlyPaths\":[\"\"]", "linux.readonlyPaths[0]")]
    [InlineData("\"sysctl\":{\"vm.swappiness\":\"1\"}", "linux.sysctl[vm.swappiness]")]
    [InlineData("\"sysctl\":{\"net.ipv4/../../vm.swappiness\":\"1\"}", "linux.sysctl[net.ipv4/../../vm.swappiness]")]
    [InlineData("\"sysctl\":{\"net/../vm/swappiness\":\"1\"}", "linux.sysctl[net/../vm/swappiness]")]
    [InlineData("\"sysctl\":{\"kernel.hostname\":\"a\"}", "linux.sysctl[kernel.hostname]")]
    [InlineData("\"sysctl\":{\"user.max_user_namespaces\":\"1\"}", "linux.sysctl[user.max_user_namespaces]")]
    [InlineData("\"resources\":{\"devices\":[{\"allow\":true,\"access\":\"rx\"}]}", "linux.resources.devices[0].access")]
    [InlineData("\"resources\":{\"memory\":{\"limit\":-2}}", "linux.resources.memory.limit")]
    [InlineData("\"resources\":{\"memory\":{\"limit\":1.5}}", "linux.resources.memory.limit")]
    [InlineData("\"resources\":{\"memory\":{\"limit\":20,\"swap\":10}}", "linux.resources.memory.swap")]
    [InlineData("\"resources\":{\"cpu\":{\"cpus\":\"1-\"}}", "linux.resources.cpu.cpus")]
    [InlineData("\"resources\":{\"pids\":{\"limit\":\"5\"}}", "linux.resources.pids.limit")]
    [InlineData("\"resources\":{\"blockIO\":{\"weight\":9}}", "linux.resources.blockIO.weight")]
    [InlineData("\"personality\":{\"domain\":\"BSD\"}", "linux.personality")]
    [InlineData("\"resources\":{\"hugepageLimits\":[{\"pageSize\":\"2MB\"}]}", "linux.resources.hugepageLimits[0]")]
    [InlineData("\"resources\":{\"hugepageLimits\":[{\"pageSize\":\"../2MB\",\"limit\":1}]}",
        "linux.resources.hugepageLimits[0].pageSize")]
    [InlineData("\"resources\":{\"hugepageLimits\":[{\"pageSize\":\"2M\",\"limit\":1}]}",
        "linux.resources.hugepageLimits[0].pageSize")]
    [InlineData("\"resources\":{\"hugepageLimits\":[{\"pageSize\":\"MB\",\"limit\":1}]}",
        "linux.resources.hugepageLimits[0].pageSize")]
    [InlineData("\"seccomp\":{}", "linux.seccomp")]
    [InlineData("\"seccomp\":{\"defaultAction\":\"SCMP_ACT_NO\"}", "linux.seccomp.defaultAction")]
    [InlineData("\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"defaultErrnoRet\":1}", "linux.seccomp.defaultErrnoRet")]
    [InlineData("\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"X86\"]}", "linux.seccomp.architectures[0]")]
    [InlineData("\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"action\":\"SCMP_ACT_LOG\"}]}",
        "linux.seccomp.syscalls[0].names")]
    [InlineData("\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"getcwd\"],"
        + "\"action\":\"SCMP_ACT_KILL\",\"errnoRet\":1}]}", "linux.seccomp.syscalls[0].errnoRet")]
    [InlineData("\"rootfsPropagation\":\"public\"", "linux.rootfsPropagation")]
    public void Parse_WhenLinuxPropertyIsWrong_ThenFieldIsNamed(string linux, string field) =>
        Assert.Equal(field, Sample.Refused(Sample.Minimal(linux: linux)).Field);

    [Fact]
    public void Parse_WhenSysctlNeedsNamespace_ThenHostIsNotTouched()
    {
        var error = Sample.Refused(Sample.Minimal(
            linux: "\"namespaces\":[{\"type\":\"mount\"}],\"sysctl\":{\"net.ipv4.ip_forward\":\"1\"}"));

        Assert.Equal("linux.sysctl[net.ipv4.ip_forward]", error.Field);
        Assert.Contains("network", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_WhenHostnameHasNoNamespace_ThenRefused() =>
        Assert.Equal("hostname", Sample.Refused(Sample.Minimal(
            "\"hostname\":\"a\"", "\"namespaces\":[{\"type\":\"mount\"}]")).Field);

    [Theory]
    [InlineData("{")]
    [InlineData("nothing")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":[1,2")]
    public void Parse_WhenNotJson_ThenSaysWhere(string json) =>
        Assert.Contains("not valid JSON at line 1", Sample.Refused(json).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_WhenNestedTooDeep_ThenRefused() =>
        Assert.Contains("JSON", Sample.Refused("{\"x\":" + new string('[', 5000)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_WhenTooLarge_ThenRefused() =>
        Assert.Contains("larger", Sample.Refused(new string(' ', (8 << 20) + 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_WhenTextIsNotUtf8_ThenRefused()
    {
        byte[] json = [.. "{\"ociVersion\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.Equal("ociVersion", Assert.Throws<SpecException>(() => ShimService.Oci.Model.Spec.Parse(json)).Field);
    }
}
