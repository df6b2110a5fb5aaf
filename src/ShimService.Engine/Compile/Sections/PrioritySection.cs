using System.Globalization;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// process.ioPriority, linux.personality and linux.memoryPolicy: inherited by all that the process starts, and set
/// while there is power to.
/// </summary>
internal static class PrioritySection
{
    internal static void Append(PlanBuilder plan, ProcessSpec process, LinuxSpec linux)
    {
        if (process.IoPriority is { } io)
        {
            // Of this process: an exec's helper is still in the shim's process group, and an init is alone in its own.
            const long thisProcess = 1, classShift = 13;
            plan.Call("set the I/O priority", Clauses.IoPriority, SystemCall.IoprioSet, thisProcess, 0,
                    ((long)io.Class << (int)classShift) | (long)io.Priority)
                .On(string.Create(CultureInfo.InvariantCulture, $"{io.Class} {io.Priority}"))
                .Hint("real-time I/O needs the host's CAP_SYS_NICE, which a user namespace does not have");
        }

        if (linux.Personality is { } domain)
        {
            // linux/personality.h: PER_LINUX, PER_LINUX32.
            plan.Call("set the execution domain", Clauses.Personality, SystemCall.Personality,
                domain == PersonalityDomain.Linux32 ? 8 : 0);
        }

        MemoryPolicySection.Append(plan, linux.MemoryPolicy);
    }
}
