using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads a process object.</summary>
internal static class ProcessReader
{
    internal static ProcessSpec? ReadOptional(ref JsonCursor json)
    {
        var value = new ProcessSpec();
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("terminal"u8))
            {
                value = value with { Terminal = json.Boolean() };
            }
            else if (json.Is("consoleSize"u8))
            {
                value = value with { ConsoleSize = ReadConsoleSize(ref json) };
            }
            else if (json.Is("cwd"u8))
            {
                value = value with { Cwd = json.Text() };
            }
            else if (json.Is("env"u8))
            {
                value = value with { Env = json.TextArray() };
            }
            else if (json.Is("args"u8))
            {
                value = value with { Args = json.TextArray() };
            }
            else if (json.Is("user"u8))
            {
                value = value with { User = UserReader.Read(ref json) };
            }
            else if (json.Is("capabilities"u8))
            {
                value = value with { Capabilities = CapabilitiesReader.Read(ref json) };
            }
            else if (json.Is("noNewPrivileges"u8))
            {
                value = value with { NoNewPrivileges = json.Boolean() };
            }
            else if (json.Is("apparmorProfile"u8))
            {
                value = value with { ApparmorProfile = json.Text() };
            }
            else if (json.Is("selinuxLabel"u8))
            {
                value = value with { SelinuxLabel = json.Text() };
            }
            else if (json.Is("rlimits"u8))
            {
                value = value with { Rlimits = RlimitReader.ReadList(ref json) };
            }
            else if (json.Is("oomScoreAdj"u8))
            {
                value = value with { OomScoreAdj = (int?)json.OptionalInteger(-1000, 1000) };
            }
            else if (json.Is("ioPriority"u8))
            {
                value = value with { IoPriority = PriorityReader.ReadIo(ref json) };
            }
            else if (json.Is("scheduler"u8))
            {
                value = value with { Scheduler = SchedulerReader.Read(ref json) };
            }
            else if (json.Is("execCPUAffinity"u8))
            {
                value = value with { ExecCpuAffinity = SchedulerReader.ReadAffinity(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    internal static ProcessSpec Read(ref JsonCursor json) =>
        ReadOptional(ref json) ?? throw json.Fault("must be an object, not null");

    private static ConsoleSize? ReadConsoleSize(ref JsonCursor json)
    {
        ushort width = 0;
        ushort height = 0;
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("width"u8))
            {
                width = (ushort)(json.OptionalUnsigned(ushort.MaxValue) ?? 0);
            }
            else if (json.Is("height"u8))
            {
                height = (ushort)(json.OptionalUnsigned(ushort.MaxValue) ?? 0);
            }
            else
            {
                json.Skip();
            }
        }

        return width == 0 || height == 0 ? null : new ConsoleSize(width, height);
    }
}
