using System.Globalization;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>process.oomScoreAdj, through the host's /proc; in a user namespace the engine writes it.</summary>
internal static class OomScoreSection
{
    internal static void Append(Compilation compilation)
    {
        if (!compilation.ForeignUserNamespace && compilation.Process.OomScoreAdj is { } score)
        {
            Append(compilation.Plan, score);
        }
    }

    internal static void Append(PlanBuilder plan, int score) => WriteFile.Append(
        plan, "set oom_score_adj", Clauses.LinuxProcess, "/proc/self/oom_score_adj",
        score.ToString(CultureInfo.InvariantCulture),
        "lowering it below what the shim itself has needs CAP_SYS_RESOURCE on the host");
}
