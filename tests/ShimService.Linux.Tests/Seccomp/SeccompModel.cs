using ShimService.Linux.Seccomp;

namespace ShimService.Linux.Tests.Seccomp;

/// <summary>
/// What a profile means, said as plainly as possible: the rules of a call, those without conditions first, else the
/// first that holds, else the default.
/// </summary>
internal static class SeccompModel
{
    /// <summary>For numbers that some rule names, on an architecture of 64 bits without another way in.</summary>
    public static SeccompVerdict Evaluate(SeccompProfile profile, SeccompArchitecture architecture, SeccompCall call)
    {
        SeccompRule[] rules = [.. profile.Rules.Where(rule => rule.Verdict != profile.DefaultVerdict
            && rule.Names.Any(name => SyscallNumbers.Find(name, architecture) == call.Number))];
        SeccompRule? match = Array.Find(rules, rule => rule.Conditions.Count == 0)
            ?? Array.Find(rules, rule => Holds(rule, call));
        return match?.Verdict ?? profile.DefaultVerdict;
    }

    private static bool Holds(SeccompRule rule, SeccompCall call)
    {
        bool twice = rule.Conditions.GroupBy(c => c.Argument).Any(group => group.Count() > 1);
        return twice ? rule.Conditions.Any(c => Holds(c, call)) : rule.Conditions.All(c => Holds(c, call));
    }

    private static bool Holds(SeccompCondition condition, SeccompCall call)
    {
        ulong argument = call.Argument(condition.Argument);
        return condition.Comparison switch
        {
            SeccompComparison.NotEqual => argument != condition.Value,
            SeccompComparison.LessThan => argument < condition.Value,
            SeccompComparison.LessOrEqual => argument <= condition.Value,
            SeccompComparison.Equal => argument == condition.Value,
            SeccompComparison.GreaterOrEqual => argument >= condition.Value,
            SeccompComparison.GreaterThan => argument > condition.Value,
            _ => (argument & condition.Value) == (condition.Second & condition.Value),
        };
    }
}
