using ShimService.Linux.Launch;

namespace ShimService.Engine.Tests.Failpoints;

/// <summary>A plan in which one operation fails.</summary>
internal static class Failpoint
{
    /// <summary>What the kernel answers there.</summary>
    public const string Errno = "EINVAL";

    // man 2 prctl: an option nobody knows is EINVAL, whatever the other arguments. Those are the operation's own, so
    // that the results it uses keep their descriptor numbers.
    private const long UnknownOption = 0x7fff_ffff;

    public static LaunchPlan At(LaunchPlan plan, int operation)
    {
        var operations = plan.OperationArray.ToArray();
        var real = operations[operation];
        PlanArgument[] arguments = [UnknownOption, .. real.Arguments.Take(5)];
        operations[operation] = new PlanOperation(real.Step, real.Clause, SystemCall.Prctl, arguments)
        {
            Keeping = real.Keeping,
            Subject = real.Subject,
        };
        return new LaunchPlan(operations, [.. plan.Descriptors], [.. plan.Rendezvous]) { Runs = plan.Runs };
    }
}
