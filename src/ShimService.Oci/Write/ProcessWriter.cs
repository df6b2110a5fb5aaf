using System.Text.Json;
using ShimService.Oci.Model;

namespace ShimService.Oci.Write;

/// <summary>Writes a process object.</summary>
internal static class ProcessWriter
{
    internal static void Write(Utf8JsonWriter json, ProcessSpec process)
    {
        json.WriteStartObject();
        json.WriteTrue("terminal"u8, process.Terminal);
        if (process.ConsoleSize is { } size)
        {
            json.WriteStartObject("consoleSize"u8);
            json.WriteNumber("height"u8, size.Height);
            json.WriteNumber("width"u8, size.Width);
            json.WriteEndObject();
        }

        WriteUser(json, process.User);
        json.WriteTexts("args"u8, process.Args);
        json.WriteTexts("env"u8, process.Env);
        json.WriteString("cwd"u8, process.Cwd);
        if (process.Capabilities is { } capabilities)
        {
            json.WriteStartObject("capabilities"u8);
            json.WriteTexts("bounding"u8, capabilities.Bounding);
            json.WriteTexts("effective"u8, capabilities.Effective);
            json.WriteTexts("permitted"u8, capabilities.Permitted);
            json.WriteTexts("inheritable"u8, capabilities.Inheritable);
            json.WriteTexts("ambient"u8, capabilities.Ambient);
            json.WriteEndObject();
        }

        WriteRlimits(json, process.Rlimits);
        json.WriteText("apparmorProfile"u8, process.ApparmorProfile);
        json.WriteText("selinuxLabel"u8, process.SelinuxLabel);
        json.WriteTrue("noNewPrivileges"u8, process.NoNewPrivileges);
        json.WriteOptional("oomScoreAdj"u8, process.OomScoreAdj);
        if (process.IoPriority is { } io)
        {
            json.WriteStartObject("ioPriority"u8);
            json.WriteString("class"u8, io.Class switch
            {
                IoPriorityClass.Realtime => "IOPRIO_CLASS_RT",
                IoPriorityClass.BestEffort => "IOPRIO_CLASS_BE",
                IoPriorityClass.Idle => "IOPRIO_CLASS_IDLE",
                _ => throw new ArgumentOutOfRangeException(nameof(process)),
            });
            json.WriteNumber("priority"u8, io.Priority);
            json.WriteEndObject();
        }

        if (process.Scheduler is { } scheduler)
        {
            WriteScheduler(json, scheduler);
        }

        if (process.ExecCpuAffinity is { } affinity)
        {
            json.WriteStartObject("execCPUAffinity"u8);
            json.WriteText("initial"u8, affinity.Initial);
            json.WriteText("final"u8, affinity.Final);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteScheduler(Utf8JsonWriter json, ProcessScheduler scheduler)
    {
        json.WriteStartObject("scheduler"u8);
        json.WriteString("policy"u8, SchedulerNames.Text(scheduler.Policy));
        json.WriteNonZero("nice"u8, scheduler.Nice);
        json.WriteNonZero("priority"u8, scheduler.Priority);
        json.WriteTexts("flags"u8, SchedulerNames.Texts(scheduler.Flags));
        json.WriteNonZero("runtime"u8, scheduler.Runtime);
        json.WriteNonZero("deadline"u8, scheduler.Deadline);
        json.WriteNonZero("period"u8, scheduler.Period);
        json.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter json, UserSpec user)
    {
        json.WriteStartObject("user"u8);
        json.WriteNumber("uid"u8, user.Uid);
        json.WriteNumber("gid"u8, user.Gid);
        json.WriteOptional("umask"u8, (long?)user.Umask);
        if (user.AdditionalGids.Count > 0)
        {
            json.WriteStartArray("additionalGids"u8);
            foreach (var gid in user.AdditionalGids)
            {
                json.WriteNumberValue(gid);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteRlimits(Utf8JsonWriter json, IReadOnlyList<PosixRlimit> rlimits)
    {
        if (rlimits.Count == 0)
        {
            return;
        }

        json.WriteStartArray("rlimits"u8);
        foreach (var limit in rlimits)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, RlimitNames.Text(limit.Kind));
            json.WriteNumber("hard"u8, limit.Hard);
            json.WriteNumber("soft"u8, limit.Soft);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
