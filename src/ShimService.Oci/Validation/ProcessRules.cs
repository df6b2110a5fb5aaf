using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>Rules for a process object, of the spec or of an exec.</summary>
internal static class ProcessRules
{
    /// <summary>MAX_ARG_STRLEN: the longest single argument or variable execve takes, with its NUL.</summary>
    private const int LongestArgument = 131071;

    /// <summary>NGROUPS_MAX.</summary>
    private const int MostGroups = 65536;

    internal static void Check(ProcessSpec process, string field)
    {
        if (process.Args.Count == 0)
        {
            throw new SpecException($"{field}.args", "needs at least one entry");
        }

        if (process.Args[0].Length == 0)
        {
            throw new SpecException($"{field}.args[0]", "must not be empty");
        }

        for (var i = 0; i < process.Args.Count; i++)
        {
            CheckArgument(process.Args[i], $"{field}.args", i);
        }

        CheckEnvironment(process.Env, $"{field}.env");
        PathRules.CheckAbsolute(process.Cwd, $"{field}.cwd");
        CheckUser(process.User, $"{field}.user");
        CheckRlimits(process.Rlimits, $"{field}.rlimits");
        if (process.OomScoreAdj is < -1000 or > 1000)
        {
            throw new SpecException($"{field}.oomScoreAdj", "must be from -1000 to 1000");
        }

        PathRules.CheckLabel(process.ApparmorProfile, $"{field}.apparmorProfile");
        PathRules.CheckLabel(process.SelinuxLabel, $"{field}.selinuxLabel");
        if (process.Scheduler is { } scheduler)
        {
            SchedulerRules.Check(scheduler, $"{field}.scheduler");
        }

        if (process.ExecCpuAffinity is { } affinity)
        {
            CpuListRules.Check(affinity.Initial, $"{field}.execCPUAffinity.initial");
            CpuListRules.Check(affinity.Final, $"{field}.execCPUAffinity.final");
        }
    }

    internal static void CheckEnvironment(IReadOnlyList<string> env, string field)
    {
        for (var i = 0; i < env.Count; i++)
        {
            CheckArgument(env[i], field, i);
            if (env[i].IndexOf('=', StringComparison.Ordinal) <= 0)
            {
                throw new SpecException($"{field}[{i}]", "must be NAME=value");
            }
        }
    }

    internal static void CheckArgument(string text, string field, int index)
    {
        if (text.Contains('\0'))
        {
            throw new SpecException($"{field}[{index}]", "holds a NUL character");
        }

        if (text.Length > LongestArgument / 4 && System.Text.Encoding.UTF8.GetByteCount(text) > LongestArgument)
        {
            throw new SpecException($"{field}[{index}]", $"is longer than {LongestArgument} bytes");
        }
    }

    private static void CheckUser(UserSpec user, string field)
    {
        // (uid_t)−1 means "leave unchanged" to setresuid: it would keep root.
        if (user.Uid == uint.MaxValue || user.Gid == uint.MaxValue)
        {
            throw new SpecException(user.Uid == uint.MaxValue ? $"{field}.uid" : $"{field}.gid", "is not a valid id");
        }

        if (user.Umask > 0x1FF)
        {
            throw new SpecException($"{field}.umask", "must be from 0 to 511 (octal 0777)");
        }

        if (user.AdditionalGids.Count > MostGroups)
        {
            throw new SpecException($"{field}.additionalGids", $"has more than {MostGroups} entries");
        }

        for (var i = 0; i < user.AdditionalGids.Count; i++)
        {
            if (user.AdditionalGids[i] == uint.MaxValue)
            {
                throw new SpecException($"{field}.additionalGids[{i}]", "is not a valid id");
            }
        }
    }

    private static void CheckRlimits(IReadOnlyList<PosixRlimit> rlimits, string field)
    {
        var seen = 0;
        for (var i = 0; i < rlimits.Count; i++)
        {
            var limit = rlimits[i];
            if ((seen & (1 << (int)limit.Kind)) != 0)
            {
                throw new SpecException($"{field}[{i}].type", $"{RlimitNames.Text(limit.Kind)} is listed twice");
            }

            seen |= 1 << (int)limit.Kind;
            if (limit.Soft > limit.Hard)
            {
                throw new SpecException($"{field}[{i}].soft", $"{limit.Soft} is above the hard limit {limit.Hard}");
            }
        }
    }
}
