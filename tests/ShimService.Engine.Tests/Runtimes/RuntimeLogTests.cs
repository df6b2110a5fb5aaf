using ShimService.Engine.Runtimes;

namespace ShimService.Engine.Tests.Runtimes;

/// <summary>What a runtime's log says, as runc and crun write it.</summary>
public sealed class RuntimeLogTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("""{"level":"error","msg":"no","time":"t"}""", "no")]
    [InlineData("""{"msg":"cgroups \"v1\"","level":"error","time":"t"}""", "cgroups \"v1\"")]
    [InlineData("""{"level":"warning","msg":"old"}""" + "\n" + """{"level":"error","msg":"first"}""" + "\n"
        + """{"level":"error","msg":"last"}""" + "\n" + """{"level":"warning","msg":"later"}""" + "\n", "last")]
    [InlineData("""{"level":"warning","msg":"only"}""", "only")]
    [InlineData("plain words", "plain words")]
    [InlineData("""{"level":"error","msg":"whole"}""" + "\n" + """{"level":"err""", "whole")]
    [InlineData("""{"level":7,"msg":["x"]}""", """{"level":7,"msg":["x"]}""")]
    [InlineData("""{"level":"error","nested":{"msg":"in"},"msg":"out"}""", "out")]
    public void FindError_WhenGivenALog_ThenItIsTheLastError(string log, string message) =>
        Assert.Equal(message, RuntimeLog.FindError(log));

    [Fact]
    public void FindError_WhenItIsEndless_ThenItIsCut() =>
        Assert.InRange(RuntimeLog.FindError(new string('x', 1 << 20)).Length, 1000, 4000);
}
