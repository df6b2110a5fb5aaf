using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>A session of its own, and modes as they are asked for.</summary>
internal static class SessionSection
{
    internal static void Append(PlanBuilder plan)
    {
        Start(plan);

        // Modes of devices and directories are meant literally; the process's own mask comes with its identity.
        plan.Call("clear the file mode mask", Clauses.User, SystemCall.Umask, 0);
    }

    internal static void Start(PlanBuilder plan) => plan.Call("start a session", Clauses.Console, SystemCall.Setsid);
}
