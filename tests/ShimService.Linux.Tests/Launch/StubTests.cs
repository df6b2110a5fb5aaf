using System.Runtime.InteropServices;
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

    private static void Compare(Architecture architecture, string listing, string assembler, string copier)
    {
        using var directory = new TemporaryDirectory();
        var source = Path.Combine(Repository.Root, "src/ShimService.Linux/Launch", listing);
        var unit = Path.Combine(directory.Path, "stub.o");
        var binary = Path.Combine(directory.Path, "stub.bin");
        Tool.Run(assembler, source, "-o", unit);
        Tool.Run(copier, "-O", "binary", "-j", ".text", unit, binary);

        Assert.Equal(File.ReadAllBytes(binary), StubCode.For(architecture).ToArray());
    }
}
