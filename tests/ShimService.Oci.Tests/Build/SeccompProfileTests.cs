using System.Text;
using ShimService.Oci.Build;
using ShimService.Oci.Model;

namespace ShimService.Oci.Tests.Build;

/// <summary>A profile in a file as Docker's users write it: what of it becomes the filter of which container.</summary>
public sealed class SeccompProfileTests
{
    private const string Docker = """
        {
          "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
          "archMap": [
            { "architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] },
            { "architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"] },
            { "architecture": "SCMP_ARCH_S390X", "subArchitectures": null }
          ],
          "syscalls": [
            { "names": ["read", "write"], "action": "SCMP_ACT_ALLOW", "args": null, "comment": "", "includes": {}, "excludes": {} },
            { "names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "args": [], "includes": { "minKernel": "4.8" } },
            { "names": ["old"], "action": "SCMP_ACT_ALLOW", "excludes": { "minKernel": "4.8" } },
            { "names": ["arch_prctl"], "action": "SCMP_ACT_ALLOW", "includes": { "arches": ["amd64", "x32"] } },
            { "names": ["set_tls"], "action": "SCMP_ACT_ALLOW", "includes": { "arches": ["arm", "arm64"] } },
            { "names": ["s390_only"], "action": "SCMP_ACT_ALLOW", "excludes": { "arches": ["amd64", "arm64"] } },
            { "names": ["mount", "umount2"], "action": "SCMP_ACT_ALLOW", "includes": { "caps": ["CAP_SYS_ADMIN"] } },
            { "names": ["both"], "action": "SCMP_ACT_ALLOW", "includes": { "caps": ["CAP_SYS_ADMIN", "CAP_SYS_TIME"] } },
            {
              "names": ["clone"], "action": "SCMP_ACT_ALLOW",
              "args": [{ "index": 0, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ" }],
              "excludes": { "caps": ["CAP_SYS_ADMIN"], "arches": ["s390", "s390x"] }
            },
            { "names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38, "excludes": { "caps": ["CAP_SYS_TIME", "CAP_SYS_ADMIN"] } },
            { "name": "single", "action": "SCMP_ACT_LOG" }
          ]
        }
        """;

    [Theory]
    [InlineData("", "6.1", "read write|ptrace|arch_prctl|clone|clone3|single")]
    [InlineData("CAP_SYS_ADMIN", "6.1", "read write|ptrace|arch_prctl|mount umount2|single")]
    [InlineData("CAP_SYS_TIME", "6.1", "read write|ptrace|arch_prctl|clone|single")]
    [InlineData("CAP_SYS_ADMIN,CAP_SYS_TIME", "6.1", "read write|ptrace|arch_prctl|mount umount2|both|single")]
    [InlineData("", "4.7", "read write|old|arch_prctl|clone|clone3|single")]
    [InlineData("", "4.8", "read write|ptrace|arch_prctl|clone|clone3|single")]
    public void Build_WhenRulesHaveConditions_ThenThoseThatHoldAreTheFilter(string added, string kernel, string rules) =>
        Assert.Equal(
            rules, string.Join('|', Filter(Docker, added, kernel).Syscalls.Select(rule => string.Join(' ', rule.Names))));

    [Fact]
    public void Build_WhenTheProfileIsDockers_ThenArchitecturesArgumentsAndErrnosArrive()
    {
        var filter = Filter(Docker);

        Assert.Equal((SeccompAction.Errno, 1u), (filter.DefaultAction, filter.DefaultErrnoRet));
        Assert.Equal(["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"], filter.Architectures);
        Assert.Equal(
            new LinuxSeccompArg(0, 0x7E020000, 0, SeccompOperator.MaskedEqual),
            Assert.Single(filter.Syscalls.Single(rule => rule.Names[0] == "clone").Args));
        Assert.Equal(
            (SeccompAction.Errno, 38u),
            filter.Syscalls.Where(rule => rule.Names[0] == "clone3").Select(rule => (rule.Action, rule.ErrnoRet!.Value)).Single());
        Assert.Equal(SeccompAction.Log, filter.Syscalls[^1].Action);
    }

    [Fact]
    public void Build_WhenTheProfileIsOci_ThenItIsTheFilter()
    {
        var filter = Filter("""
            {
              "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"],
              "flags": ["SECCOMP_FILTER_FLAG_LOG"],
              "syscalls": [{ "names": ["chmod"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13 }]
            }
            """);

        Assert.Equal(["SCMP_ARCH_X86_64"], filter.Architectures);
        Assert.Equal([SeccompFlag.Log], filter.Flags!);
        Assert.Equal(("chmod", 13u), (filter.Syscalls[0].Names[0], filter.Syscalls[0].ErrnoRet!.Value));
    }

    [Theory]
    [InlineData("null", "must be an object")]
    [InlineData("[]", "seccomp")]
    [InlineData("{", "not valid JSON")]
    [InlineData("{}", "needs a defaultAction")]
    [InlineData("""{"defaultAction":"SCMP_ACT_MAYBE"}""", "not a seccomp action")]
    [InlineData("""{"defaultAction":"SCMP_ACT_LOG","architectures":["SCMP_ARCH_X86"],"archMap":[{"architecture":"SCMP_ARCH_X86_64"}]}""", "exclude each other")]
    [InlineData("""{"defaultAction":"SCMP_ACT_LOG","archMap":[{}]}""", "needs an architecture")]
    [InlineData("""{"defaultAction":"SCMP_ACT_LOG","syscalls":[{"name":"a","names":["b"],"action":"SCMP_ACT_LOG"}]}""", "both name and names")]
    [InlineData("""{"defaultAction":"SCMP_ACT_LOG","syscalls":[{"names":["b"]}]}""", "needs an action")]
    [InlineData("""{"defaultAction":"SCMP_ACT_LOG","syscalls":[{"names":["b"],"action":"SCMP_ACT_KILL","includes":{"minKernel":"new"}}]}""", "not a version")]
    [InlineData("""{"defaultAction":"SCMP_ACT_LOG","syscalls":[{"names":["b"],"action":"SCMP_ACT_KILL","includes":{"weekday":"monday"}}]}""", "none of arches")]
    public void Build_WhenTheProfileIsWrong_ThenItSaysWhere(string profile, string words) => Assert.Contains(
        words, Assert.Throws<SpecException>(() => Filter(profile)).Message, StringComparison.Ordinal);

    private static LinuxSeccomp Filter(string profile, string added = "", string kernel = "6.1")
    {
        var host = new FakeHost { Abilities = HostAbilities.All with { Kernel = Version.Parse(kernel) } };
        host.Files["/profile.json"] = Encoding.UTF8.GetBytes(profile);
        var config = new ContainerConfig
        {
            Id = "c1",
            Rootfs = new RootfsConfig("/images/busybox"),
            Args = ["sh"],
            Security = new SecurityConfig
            {
                Seccomp = "/profile.json",
                CapabilitiesAdd = added.Split(',', StringSplitOptions.RemoveEmptyEntries),
            },
        };
        return SpecBuilder.Build(config, host).Linux.Seccomp!;
    }
}
