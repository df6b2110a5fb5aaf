using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Resctrl;

/// <summary>
/// linux.intelRdt as what is to be done in the resctrl file system. Pure.
/// Source: OCI runtime-spec 1.3.0 config-linux.md#intelrdt, kernel filesystems/resctrl.rst.
/// </summary>
/// <param name="Group">The class of service: a directory below the mount point; empty = the default one.</param>
/// <param name="Makes">It is not there yet.</param>
/// <param name="Removes">It goes with the container.</param>
/// <param name="Lines">For its schemata, in order.</param>
/// <param name="Monitor">The container's directory below mon_groups; empty = none.</param>
internal sealed record ResctrlPlan(
    string Group, bool Makes, bool Removes, IReadOnlyList<string> Lines, string Monitor)
{
    /// <param name="rdt">Validated.</param>
    /// <param name="id">The container's.</param>
    /// <param name="readSchemata">Of a class of service; null when there is no such class.</param>
    /// <exception cref="TaskException">With the field.</exception>
    public static ResctrlPlan Make(LinuxIntelRdt rdt, string id, Func<string, string?> readSchemata)
    {
        var lines = SchemaLines(rdt);
        var monitor = rdt.EnableMonitoring ? id : "";
        if (rdt.ClosId.Length == 0)
        {
            return readSchemata(id) is null
                ? new ResctrlPlan(id, Makes: true, Removes: true, lines, monitor)
                : throw Refused("closID", $"there is a class of service \"{id}\" already that is not the container's: name it, "
                    + "or give the container another id");
        }

        var group = rdt.ClosId == "/" ? "" : rdt.ClosId;
        if (readSchemata(group) is not { } present)
        {
            return lines.Count > 0
                ? new ResctrlPlan(group, Makes: true, Removes: false, lines, monitor)
                : throw Refused("closID", $"there is no class of service \"{group}\", and no schema to make it with");
        }

        foreach (var line in lines)
        {
            if (!Holds(present, line))
            {
                throw Refused("closID", $"the class of service \"{rdt.ClosId}\" is there already, and has not \"{line}\"; "
                    + "leave the schemas out, or give them as they are");
            }
        }

        return new ResctrlPlan(group, Makes: false, Removes: false, [], monitor);
    }

    private static List<string> SchemaLines(LinuxIntelRdt rdt)
    {
        List<string> lines = [];
        foreach (var text in (string[])[rdt.L3CacheSchema, rdt.MemBwSchema, .. rdt.Schemata])
        {
            lines.AddRange(text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }

        return lines;
    }

    // What is there names every domain, and pads its numbers.
    private static bool Holds(string present, string wanted)
    {
        var (name, domains) = Parse(wanted);
        foreach (var line in present.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (other, values) = Parse(line);
            if (other != name)
            {
                continue;
            }

            foreach (var (domain, value) in domains)
            {
                if (!values.TryGetValue(domain, out var found) || found != value)
                {
                    return false;
                }
            }

            return true;
        }

        return false;
    }

    private static (string Name, Dictionary<string, string> Domains) Parse(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var domains = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in line[(colon + 1)..].Split(';', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                domains[Number(part[..equals])] = Number(part[(equals + 1)..]);
            }
        }

        return (line[..Math.Max(colon, 0)].Trim(), domains);
    }

    private static string Number(string text) => text.Trim().TrimStart('0').ToLowerInvariant();

    private static TaskException Refused(string field, string why) =>
        new(ErrorKind.FailedPrecondition, ErrorReason.HostLacks, $"linux.intelRdt.{field}: {why}")
        {
            Field = $"linux.intelRdt.{field}",
        };
}
