namespace ShimService.Linux.Tests;

public sealed class ProcessStatTests
{
    [Fact]
    public void ParseStartTime_WhenTheCommandHasParentheses_ThenCountedFromItsEnd() => Assert.Equal(
        777ul,
        ProcessStat.ParseStartTime("1 (a) b) S 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 777 21 22"));

    [Theory]
    [InlineData("")]
    [InlineData("1 (a")]
    [InlineData("1 (a) S 2 3")]
    public void ParseStartTime_WhenItIsCutShort_ThenNull(string stat) => Assert.Null(ProcessStat.ParseStartTime(stat));

    [Fact]
    public void StartTime_WhenAskedOfOurselves_ThenPositive() =>
        Assert.True(ProcessStat.StartTime(Environment.ProcessId) > 0);
}
