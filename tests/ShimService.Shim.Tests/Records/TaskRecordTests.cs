using ShimService.Shim.Records;

namespace ShimService.Shim.Tests.Records;

public sealed class TaskRecordTests
{
    [Fact]
    public void Parse_WhenFormatted_ThenTheSame()
    {
        var record = new TaskRecord("c1", "/a b/c\nd", 42, 4711)
        {
            Cgroups = ["/shimservice/c1", "/x"], ExitStatus = 7, ExitedAtTicks = 12,
        };

        var parsed = TaskRecord.Parse(record.Format())!;

        Assert.Equal(record.Cgroups, parsed.Cgroups);
        Assert.Equal(record with { Cgroups = [] }, parsed with { Cgroups = [] });
    }

    [Theory]
    [InlineData("")]
    [InlineData("version=9\nid=c1\npid=1\n")]
    [InlineData("version=1\nid=c1\n")]
    [InlineData("version=1\nid=c1\npid=many\n")]
    public void Parse_WhenNotOurs_ThenNull(string text) => Assert.Null(TaskRecord.Parse(text));

    [Fact]
    public void Difference_WhenAContainerHasItsOwn_ThenOnlyThose() => Assert.Equal(
        ["/shimservice/c1"],
        ProcessFacts.Difference(
            "3:cpu,cpuacct:/shimservice/c1\n2:pids:/same\n1:memory:/shimservice/c1\n0::/\n",
            "3:cpu,cpuacct:/\n2:pids:/same\n1:memory:/\n0::/\n"));

    [Fact]
    public void ParseStartTime_WhenTheCommandHasParentheses_ThenCountedFromItsEnd() => Assert.Equal(
        777ul,
        ProcessFacts.ParseStartTime("1 (a) b) S 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 777 21 22"));

    [Fact]
    public void StartTime_WhenAskedOfOurselves_ThenPositive() =>
        Assert.True(ProcessFacts.StartTime(Environment.ProcessId) > 0);
}
