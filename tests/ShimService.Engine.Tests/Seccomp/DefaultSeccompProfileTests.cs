using System.Runtime.InteropServices;
using ShimService.Engine.Compile.Seccomp;
using ShimService.Linux.Seccomp;
using ShimService.Linux.Tests.Seccomp;
using ShimService.Oci.Build;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Seccomp;

public sealed class DefaultSeccompProfileTests
{
    private static readonly LinuxCapabilities Plain = new() { Bounding = ["CAP_CHOWN", "CAP_SYS_CHROOT"] };

    private static readonly LinuxCapabilities Admin = new() { Bounding = [.. CapabilityNames.All] };

    [LibSeccompFact]
    public void Build_WhenCapabilitiesArePlain_ThenTheFilterIsTheReferences() =>
        SeccompEquivalence.Check(
            SeccompTranslation.Translate(
                DefaultSeccompProfile.Build(Plain, Architecture.X64)), SeccompArchitecture.X64);

    [LibSeccompFact]
    public void Build_WhenAllCapabilitiesAreGiven_ThenTheFilterIsTheReferences() =>
        SeccompEquivalence.Check(
            SeccompTranslation.Translate(
                DefaultSeccompProfile.Build(Admin, Architecture.X64)), SeccompArchitecture.X64);

    [LibSeccompFact]
    public void Build_WhenTheMachineIsArm_ThenTheFilterIsTheReferences() =>
        SeccompEquivalence.Check(
            SeccompTranslation.Translate(DefaultSeccompProfile.Build(Plain, Architecture.Arm64)),
            SeccompArchitecture.Arm64);

    [Theory]
    [InlineData("read", 0, "ALLOW")]
    [InlineData("mount", 0, "ERRNO(EPERM)")]
    [InlineData("keyctl", 0, "ERRNO(EPERM)")]
    [InlineData("io_uring_setup", 0, "ERRNO(EPERM)")]
    [InlineData("chroot", 0, "ALLOW")]
    [InlineData("reboot", 0, "ERRNO(EPERM)")]
    [InlineData("socket", 2, "ALLOW")]
    [InlineData("socket", 38, "ERRNO(EPERM)")]
    [InlineData("socket", 40, "ERRNO(EPERM)")]
    [InlineData("clone", 0x11, "ALLOW")]
    [InlineData("clone", 0x10000000, "ERRNO(EPERM)")]
    [InlineData("clone3", 0, "ERRNO(ENOSYS)")]
    [InlineData("personality", 8, "ALLOW")]
    [InlineData("personality", 0x400000, "ERRNO(EPERM)")]
    [InlineData("uretprobe", 0, "ALLOW")]
    public void Build_WhenCapabilitiesArePlain_ThenCallsGetWhatDockerGivesThem(string name, ulong first, string verdict)
    {
        SeccompProgram program = SeccompCompiler.Compile(
            SeccompTranslation.Translate(
                DefaultSeccompProfile.Build(Plain, Architecture.X64)), SeccompArchitecture.X64);
        uint number = SyscallNumbers.Find(name, SeccompArchitecture.X64)!.Value;

        Assert.Equal(verdict, program.Evaluate(
            new SeccompCall(
                number, SeccompArchitectures.Token(SeccompArchitecture.X64), first, 0, 0, 0, 0, 0)).ToString());
    }

    [Fact]
    public void Build_WhenACapabilityIsGiven_ThenItsCallsAreAllowed()
    {
        SeccompProgram program = SeccompCompiler.Compile(
            SeccompTranslation.Translate(
                DefaultSeccompProfile.Build(Admin, Architecture.X64)), SeccompArchitecture.X64);
        foreach (string name in (string[])["mount", "clone3", "reboot", "bpf", "set_mempolicy", "unshare", "acct"])
        {
            uint number = SyscallNumbers.Find(name, SeccompArchitecture.X64)!.Value;
            Assert.True(program.Evaluate(new SeccompCall(
                number, SeccompArchitectures.Token(
                    SeccompArchitecture.X64), ulong.MaxValue, 0, 0, 0, 0, 0)).Permits, name);
        }
    }

    [Fact]
    public void Build_WhenCompiled_ThenTheProgramIsShortAndQuick()
    {
        SeccompProgram program = SeccompCompiler.Compile(
            SeccompTranslation.Translate(
                DefaultSeccompProfile.Build(Plain, Architecture.X64)), SeccompArchitecture.X64);

        Assert.InRange(program.Length, 100, 700);
    }
}
