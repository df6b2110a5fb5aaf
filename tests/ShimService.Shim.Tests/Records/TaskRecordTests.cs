using ShimService.Shim.Records;
using ShimService.Tasks.Values;

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
    [InlineData("native")]
    [InlineData("oci:/a b/runc")]
    public void Parse_WhenItNamesAnEngine_ThenTheSame(string name)
    {
        Assert.True(EngineName.TryParse(name, out var engine));

        var parsed = TaskRecord.Parse(new TaskRecord("c1", "/b", 0, 0) { Engine = engine }.Format())!;

        Assert.Equal(engine, parsed.Engine);
    }

    [Theory]
    [InlineData("")]
    [InlineData("version=9\nid=c1\npid=1\n")]
    [InlineData("version=1\nid=c1\n")]
    [InlineData("version=1\nid=c1\npid=many\n")]
    public void Parse_WhenNotOurs_ThenNull(string text) => Assert.Null(TaskRecord.Parse(text));
}
