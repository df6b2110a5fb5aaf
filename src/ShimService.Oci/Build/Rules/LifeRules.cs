using System.Globalization;

namespace ShimService.Oci.Build.Rules;

/// <summary>What happens to a container by itself: removal, restart, health.</summary>
internal static class LifeRules
{
    private const long Millisecond = 1_000_000;

    internal static void Check(ContainerConfig config)
    {
        var restarts = CheckRestart(config.RestartPolicy);
        if (config.AutoRemove && restarts)
        {
            throw new SpecException("config.auto_remove", "does not go with a restart policy");
        }

        if (config.Health is not { } health)
        {
            return;
        }

        CheckTime(health.Interval, "interval");
        CheckTime(health.Timeout, "timeout");
        CheckTime(health.StartPeriod, "start_period");
        CheckTime(health.StartInterval, "start_interval");
        if (health.Retries < 0)
        {
            throw new SpecException("config.health.retries", "must not be negative");
        }
    }

    private static bool CheckRestart(string policy)
    {
        const string field = "config.restart_policy";
        var colon = policy.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? policy : policy[..colon];
        if (name is not ("" or "no" or "always" or "unless-stopped" or "on-failure"))
        {
            throw new SpecException(field, $"\"{policy}\" is none of no, always, unless-stopped, on-failure[:COUNT]");
        }

        if (colon >= 0 && (name != "on-failure"
            || !int.TryParse(policy[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            throw new SpecException(field, $"\"{policy}\": only on-failure has a count, a number from 0");
        }

        return name is not ("" or "no");
    }

    private static void CheckTime(long nanoseconds, string name)
    {
        if (nanoseconds is not 0 and < Millisecond)
        {
            throw new SpecException($"config.health.{name}", "must be 0 or at least a millisecond");
        }
    }
}
