using System.Text;
using ShimService.Engine.Compile.Sections;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Launching;

/// <summary>What the parent of a new user namespace writes for its child, which may not do it itself.</summary>
internal static class IdMaps
{
    /// <summary>Errors: KernelException.</summary>
    public static void Write(LaunchedProcess process, InitPlan init)
    {
        using var directory = Files.Open($"/proc/{process.Pid}", OpenFlags.Path | OpenFlags.Directory);
        if (!process.Kill(0))
        {
            // The directory may be another process's with the same number.
            throw new KernelException("pidfd_send_signal", Errno.ESRCH, "the child of the user namespace");
        }

        Write(directory, "uid_map", init.UidMap);
        Write(directory, "gid_map", init.GidMap);
        Write(directory, "oom_score_adj",
            init.OomScoreAdjust?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Write(directory, "timens_offsets", init.TimeOffsets, TimeSection.Hint);
    }

    /// <summary>
    /// Callers give maps beside a user namespace that has its own: they must be the same. Errors: SpecException.
    /// </summary>
    public static void Check(LaunchedProcess process, LinuxSpec linux)
    {
        if (linux.Namespace(LinuxNamespaceKind.User) is { IsNew: false } user)
        {
            Check(process, "uid_map", linux.UidMappings, "linux.uidMappings", user.Path);
            Check(process, "gid_map", linux.GidMappings, "linux.gidMappings", user.Path);
        }
    }

    /// <summary>
    /// A spec that joins a user namespace and leaves its maps out, with the maps that the process has there. Who owns
    /// the streams and the cgroup goes by them.
    /// </summary>
    public static LinuxSpec Complete(LaunchedProcess process, LinuxSpec linux) => linux with
    {
        UidMappings = linux.UidMappings.Count > 0 ? linux.UidMappings : Read(process, "uid_map"),
        GidMappings = linux.GidMappings.Count > 0 ? linux.GidMappings : Read(process, "gid_map"),
    };

    private static List<LinuxIdMapping> Read(LaunchedProcess process, string name)
    {
        var map = Files.ReadText($"/proc/{process.Pid}/{name}");
        var entries = new List<LinuxIdMapping>();
        Span<Range> words = stackalloc Range[4];
        foreach (var line in map.AsSpan().Trim().EnumerateLines())
        {
            if (line.SplitAny(words, " \t", StringSplitOptions.RemoveEmptyEntries) == 3)
            {
                entries.Add(
                    new LinuxIdMapping(Number(line[words[0]]), Number(line[words[1]]), Number(line[words[2]])));
            }
        }

        return entries;
    }

    private static void Check(
        LaunchedProcess process, string name, IReadOnlyList<LinuxIdMapping> wanted, string field, string path)
    {
        if (wanted.Count == 0)
        {
            return;
        }

        var missing = new List<LinuxIdMapping>(wanted);
        foreach (var entry in Read(process, name))
        {
            if (!missing.Remove(entry))
            {
                missing.Add(entry);
            }
        }

        if (missing.Count > 0)
        {
            throw new SpecException(field,
                $"is not what the user namespace at {path} has; leave it out, or leave the path out for a new one");
        }
    }

    private static uint Number(ReadOnlySpan<char> text) =>
        uint.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static void Write(FileDescriptor directory, string name, string? content, string? hint = null)
    {
        if (content is null)
        {
            return;
        }

        using var file = Files.Open(directory, name, OpenFlags.WriteOnly);
        try
        {
            Files.Write(file, Encoding.ASCII.GetBytes(content), name);
        }
        catch (KernelException refused) when (hint is not null)
        {
            throw new KernelException(refused.Call, refused.Errno, name, hint);
        }
    }
}
