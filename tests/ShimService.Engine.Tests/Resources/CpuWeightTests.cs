using ShimService.Engine.Resources;

namespace ShimService.Engine.Tests.Resources;

public sealed class CpuWeightTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(10, 4)]
    [InlineData(100, 17)]
    [InlineData(128, 21)]
    [InlineData(205, 29)]
    [InlineData(256, 35)]
    [InlineData(512, 59)]
    [InlineData(768, 80)]
    [InlineData(1024, 100)]
    [InlineData(2048, 174)]
    [InlineData(4096, 303)]
    [InlineData(8192, 532)]
    [InlineData(65536, 3023)]
    [InlineData(131072, 5478)]
    [InlineData(262144, 10000)]
    [InlineData(999999, 10000)]
    public void FromShares_WhenConverted_ThenAsOtherRuntimesDo(ulong shares, ulong weight) =>
        Assert.Equal(weight, CpuWeight.FromShares(shares));

    [Theory]
    [InlineData(10, 1)]
    [InlineData(100, 910)]
    [InlineData(300, 2930)]
    [InlineData(500, 4950)]
    [InlineData(1000, 10000)]
    public void FromBlockIo_WhenConverted_ThenAsOtherRuntimesDo(ulong weight, ulong expected) =>
        Assert.Equal(expected, CpuWeight.FromBlockIo(weight));
}
