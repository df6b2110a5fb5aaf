using ShimService.Oci.Model;
using ShimService.Oci.Tests.Specs;
using ShimService.Oci.Write;

namespace ShimService.Oci.Tests.Validation;

/// <summary>Scheduler, CPU affinity and memory policy: what is read, written and refused.</summary>
public sealed class ProcessAttributeTests
{
    [Theory]
    [Trait("Spec", "process.scheduler")]
    [InlineData("{\"policy\":\"SCHED_OTHER\",\"nice\":20}", "process.scheduler.nice")]
    [InlineData("{\"policy\":\"SCHED_BATCH\",\"nice\":-21}", "process.scheduler.nice")]
    [InlineData("{\"policy\":\"SCHED_FIFO\",\"priority\":1,\"nice\":1}", "process.scheduler.nice")]
    [InlineData("{\"policy\":\"SCHED_OTHER\",\"priority\":1}", "process.scheduler.priority")]
    [InlineData("{\"policy\":\"SCHED_RR\",\"priority\":100}", "process.scheduler.priority")]
    [InlineData("{\"policy\":\"SCHED_RR\"}", "process.scheduler.priority")]
    [InlineData("{\"policy\":\"SCHED_IDLE\",\"runtime\":1}", "process.scheduler.runtime")]
    [InlineData("{\"policy\":\"SCHED_OTHER\",\"deadline\":1}", "process.scheduler.deadline")]
    [InlineData("{\"policy\":\"SCHED_OTHER\",\"period\":1}", "process.scheduler.period")]
    [InlineData("{\"policy\":\"SCHED_DEADLINE\"}", "process.scheduler")]
    [InlineData("{\"policy\":\"SCHED_DEADLINE\",\"runtime\":3,\"deadline\":2}", "process.scheduler")]
    [InlineData("{\"policy\":\"SCHED_DEADLINE\",\"runtime\":1,\"deadline\":3,\"period\":2}", "process.scheduler")]
    [InlineData("{\"policy\":\"SCHED_ISO\"}", "process.scheduler.policy")]
    [InlineData("{\"policy\":\"SCHED_FAST\"}", "process.scheduler.policy")]
    [InlineData("{\"nice\":1}", "process.scheduler")]
    [InlineData("{\"policy\":\"SCHED_OTHER\",\"flags\":[\"SCHED_FLAG_X\"]}", "process.scheduler.flags[0]")]
    public void Parse_WhenAValueDoesNotGoWithThePolicy_ThenRefused(string scheduler, string field) =>
        Assert.Equal(field, Refused($"\"scheduler\":{scheduler}").Field);

    [Theory]
    [Trait("Spec", "process.execCPUAffinity")]
    [InlineData("{\"initial\":\"0-\"}", "process.execCPUAffinity.initial")]
    [InlineData("{\"final\":\"1-0\"}", "process.execCPUAffinity.final")]
    [InlineData("{\"final\":\"70000\"}", "process.execCPUAffinity.final")]
    public void Parse_WhenCpusAreNoList_ThenRefused(string affinity, string field) =>
        Assert.Equal(field, Refused($"\"execCPUAffinity\":{affinity}").Field);

    [Theory]
    [Trait("Spec", "linux.memoryPolicy")]
    [InlineData("{\"mode\":\"MPOL_FIRST\",\"nodes\":\"0\"}", "linux.memoryPolicy.mode")]
    [InlineData("{\"mode\":\"MPOL_BIND\",\"nodes\":\"0\",\"flags\":[\"badflag\"]}", "linux.memoryPolicy.flags[0]")]
    [InlineData("{\"nodes\":\"0\"}", "linux.memoryPolicy")]
    [InlineData("{\"mode\":\"MPOL_BIND\",\"nodes\":\"0,\"}", "linux.memoryPolicy.nodes")]
    [InlineData("{\"mode\":\"MPOL_BIND\",\"nodes\":\"9876543210\"}", "linux.memoryPolicy.nodes")]
    public void Parse_WhenMemoryPolicyIsNone_ThenRefused(string policy, string field) =>
        Assert.Equal(field, Sample.Refused(Sample.Minimal(linux: $"\"memoryPolicy\":{policy}")).Field);

    [Theory]
    [Trait("Spec", "linux.intelRdt.closID")]
    [InlineData("{\"closID\":\"..\"}", "linux.intelRdt.closID")]
    [InlineData("{\"closID\":\".\"}", "linux.intelRdt.closID")]
    [InlineData("{\"closID\":\"a/b\"}", "linux.intelRdt.closID")]
    [InlineData("{\"schemata\":[\"a\\nb\"]}", "linux.intelRdt.schemata[0]")]
    [InlineData("{\"l3CacheSchema\":\"L3:0=f\\nMB:0=5\"}", "linux.intelRdt.l3CacheSchema")]
    public void Parse_WhenIntelRdtIsWrong_ThenRefused(string rdt, string field) =>
        Assert.Equal(field, Sample.Refused(Sample.Minimal(linux: $"\"intelRdt\":{rdt}")).Field);

    [Fact]
    [Trait("Spec", "linux.intelRdt")]
    public void Write_WhenIntelRdtIsGiven_ThenItReadsTheSame()
    {
        const string rdt = "\"intelRdt\":{\"closID\":\"a\",\"l3CacheSchema\":\"L3:0=f\",\"memBwSchema\":\"MB:0=5\","
            + "\"schemata\":[\"L2:0=1\"],\"enableMonitoring\":true}";
        var again = Spec.Parse(SpecWriter.Write(Sample.Parse(Sample.Minimal(linux: rdt)))).Linux.IntelRdt!;

        Assert.Equal(("a", "L3:0=f", "MB:0=5", "L2:0=1", true),
            (again.ClosId, again.L3CacheSchema, again.MemBwSchema, Assert.Single(again.Schemata), again.EnableMonitoring));
    }

    [Fact]
    public void Write_WhenThereAreLabels_ThenTheyReadTheSame()
    {
        const string process =
            "\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"apparmorProfile\":\"p\",\"selinuxLabel\":\"a:b\"}";
        var again = Spec.Parse(SpecWriter.Write(Sample.Parse(Sample.Minimal(process, "\"mountLabel\":\"c:d\""))));

        Assert.Equal(("p", "a:b", "c:d"),
            (again.Process!.ApparmorProfile, again.Process.SelinuxLabel, again.Linux.MountLabel));
        Assert.Equal("linux.mountLabel", Sample.Refused(Sample.Minimal(linux: "\"mountLabel\":\"a\\\"b\"")).Field);
        Assert.Equal("process.apparmorProfile", Refused("\"apparmorProfile\":\"a\\nb\"").Field);
    }

    [Fact]
    [Trait("Spec", "process.scheduler")]
    [Trait("Spec", "process.execCPUAffinity")]
    [Trait("Spec", "linux.memoryPolicy")]
    public void Write_WhenAllIsGiven_ThenItReadsTheSame()
    {
        const string process = "\"process\":{\"cwd\":\"/\",\"args\":[\"a\"],\"scheduler\":{\"policy\":\"SCHED_DEADLINE\","
            + "\"flags\":[\"SCHED_FLAG_RESET_ON_FORK\",\"SCHED_FLAG_DL_OVERRUN\"],\"runtime\":1,\"deadline\":2,\"period\":3},"
            + "\"execCPUAffinity\":{\"initial\":\"0-1\",\"final\":\"7\"}}";
        const string policy =
            "\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"nodes\":\"0-1\",\"flags\":[\"MPOL_F_STATIC_NODES\"]}";
        var spec = Sample.Parse(Sample.Minimal(process, policy));
        var again = Spec.Parse(SpecWriter.Write(spec));

        Assert.Equal(
            new ProcessScheduler(SchedulerPolicy.Deadline)
            {
                Flags =
                    SchedulerFlags.ResetOnFork | SchedulerFlags.DeadlineOverrun, Runtime = 1, Deadline = 2, Period = 3,
            },
            again.Process!.Scheduler);
        Assert.Equal(new ExecCpuAffinity("0-1", "7"), again.Process.ExecCpuAffinity);
        Assert.Equal(
            new LinuxMemoryPolicy(
                MemoryPolicyMode.Bind, "0-1", MemoryPolicyFlags.StaticNodes), again.Linux.MemoryPolicy);
    }

    private static SpecException Refused(string process) =>
        Sample.Refused(Sample.Minimal($"\"process\":{{\"cwd\":\"/\",\"args\":[\"a\"],{process}}}"));
}
