using System.Runtime.InteropServices;
using ShimService.Linux.Init;
using ShimService.Linux.Launch;
using ShimService.Linux.Tests.Support;

namespace ShimService.Linux.Tests.Launch;

/// <summary>The bytes that run in every child are the listing's and nothing else's.</summary>
public sealed class StubTests
{
    [ProgramFact("as")]
    public void Code_WhenX64ListingIsAssembled_ThenBytesAreTheSame() =>
        Compare(Architecture.X64, "stub-x86_64.s", "as", "objcopy");

    [ProgramFact("aarch64-linux-gnu-as")]
    public void Code_WhenArm64ListingIsAssembled_ThenBytesAreTheSame() =>
        Compare(Architecture.Arm64, "stub-aarch64.s", "aarch64-linux-gnu-as", "aarch64-linux-gnu-objcopy");

    [ProgramFact("as")]
    public void Init_WhenX64ListingIsAssembled_ThenBytesAreTheSame() => Assert.Equal(
        Assemble("Init/init-x86_64.s", "as", "objcopy"), InitProgram.For(Architecture.X64).ToArray());

    [ProgramFact("aarch64-linux-gnu-as")]
    public void Init_WhenArm64ListingIsAssembled_ThenBytesAreTheSame() => Assert.Equal(
        Assemble("Init/init-aarch64.s", "aarch64-linux-gnu-as", "aarch64-linux-gnu-objcopy"),
        InitProgram.For(Architecture.Arm64).ToArray());

    private static void Compare(Architecture architecture, string listing, string assembler, string copier) =>
        Assert.Equal(Assemble($"Launch/{listing}", assembler, copier), StubCode.For(architecture).ToArray());

    private static byte[] Assemble(string listing, string assembler, string copier)
    {
        using var directory = new TemporaryDirectory();
        var source = Path.Combine(Repository.Root, "src/ShimService.Linux", listing);
        var unit = Path.Combine(directory.Path, "code.o");
        var binary = Path.Combine(directory.Path, "code.bin");
        Tool.Run(assembler, source, "-o", unit);
        Tool.Run(copier, "-O", "binary", "-j", ".text", unit, binary);
        return File.ReadAllBytes(binary);
    }
}
