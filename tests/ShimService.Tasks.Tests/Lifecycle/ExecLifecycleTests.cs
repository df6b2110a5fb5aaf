using ShimService.Tasks.Lifecycle;

namespace ShimService.Tasks.Tests.Lifecycle;

/// <summary>The drawn table, row by row.</summary>
public sealed class ExecLifecycleTests
{
    [Theory]
    [InlineData(ExecVerb.Start, "yes state state state state unknown")]
    [InlineData(ExecVerb.Kill, "state wait yes gone gone unknown")]
    [InlineData(ExecVerb.KillHard, "state yes yes gone gone unknown")]
    [InlineData(ExecVerb.Delete, "yes wait state yes yes unknown")]
    [InlineData(ExecVerb.LaunchDone, "- yes - - - -")]
    [InlineData(ExecVerb.LaunchFailed, "- yes - - - -")]
    [InlineData(ExecVerb.Exited, "- - yes - - -")]
    [InlineData(ExecVerb.Closed, "- - - - yes -")]
    public void Decide_WhenVerbMeetsPhase_ThenAsDrawn(ExecVerb verb, string row)
    {
        var actual = Enum.GetValues<ExecPhase>().Select(phase => ExecLifecycle.Decide(phase, verb) switch
        {
            { Kind: DecisionKind.Wait } => "wait",
            { Kind: DecisionKind.Ignore } => "-",
            { Kind: DecisionKind.Accept } => "yes",
            { Reason: DenyReason.WrongState } => "state",
            { Reason: DenyReason.ProcessGone } => "gone",
            _ => "unknown",
        });

        Assert.Equal(row, string.Join(' ', actual));
    }
}
