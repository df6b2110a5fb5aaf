using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads process.scheduler and process.execCPUAffinity.</summary>
internal static class SchedulerReader
{
    internal static ProcessScheduler? Read(ref JsonCursor json)
    {
        var value = new ProcessScheduler(SchedulerPolicy.Other);
        SchedulerPolicy? policy = null;
        var asks = false;
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("policy"u8))
            {
                policy = ReadPolicy(ref json);
            }
            else if (json.Is("nice"u8))
            {
                value = value with { Nice = (int)(json.OptionalInteger(int.MinValue, int.MaxValue) ?? 0) };
            }
            else if (json.Is("priority"u8))
            {
                value = value with { Priority = (int)(json.OptionalInteger(int.MinValue, int.MaxValue) ?? 0) };
            }
            else if (json.Is("flags"u8))
            {
                value = value with { Flags = ReadFlags(ref json) };
            }
            else if (json.Is("runtime"u8))
            {
                value = value with { Runtime = json.UInt64() };
            }
            else if (json.Is("deadline"u8))
            {
                value = value with { Deadline = json.UInt64() };
            }
            else if (json.Is("period"u8))
            {
                value = value with { Period = json.UInt64() };
            }
            else
            {
                json.Skip();
            }

            asks = true;
        }

        return policy is { } found ? value with { Policy = found }
            : asks && value != new ProcessScheduler(SchedulerPolicy.Other) ? throw json.Fault("needs a policy")
            : null;
    }

    internal static ExecCpuAffinity? ReadAffinity(ref JsonCursor json)
    {
        var value = new ExecCpuAffinity("", "");
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("initial"u8))
            {
                value = value with { Initial = json.Text() };
            }
            else if (json.Is("final"u8))
            {
                value = value with { Final = json.Text() };
            }
            else
            {
                json.Skip();
            }
        }

        return value is { Initial: "", Final: "" } ? null : value;
    }

    private static SchedulerPolicy? ReadPolicy(ref JsonCursor json)
    {
        var name = json.Text();
        return name switch
        {
            "" => null,
            "SCHED_ISO" => throw new SpecException(
                json.Path(), "Linux never got SCHED_ISO; use SCHED_OTHER or SCHED_BATCH", SpecProblem.Unsupported),
            _ => SchedulerNames.FindPolicy(name) ?? throw json.Fault($"\"{name}\" is not a scheduling policy of Linux"),
        };
    }

    private static SchedulerFlags ReadFlags(ref JsonCursor json)
    {
        var flags = SchedulerFlags.None;
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                var name = json.Text();
                flags |= SchedulerNames.FindFlag(name) ?? throw json.Fault(
                    $"\"{name}\" is not a flag of a scheduling policy");
            }
        }

        return flags;
    }
}
