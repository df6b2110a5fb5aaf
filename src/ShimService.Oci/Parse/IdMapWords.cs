using System.Globalization;
using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>
/// The maps of a mount in one word, "idmap=uids=0-1-10#10-11-10;gids=0-100-10", made the uidMappings and gidMappings
/// that the specification has for them. A triple is the first id of the source, the first one of the host, and how many;
/// behind an "@" the second counts in the container's user namespace. Source: crun.1 "idmap mount options".
/// </summary>
internal static class IdMapWords
{
    internal static Spec Expand(Spec spec)
    {
        MountSpec[]? mounts = null;
        for (var i = 0; i < spec.Mounts.Count; i++)
        {
            for (var j = 0; j < spec.Mounts[i].Options.Count; j++)
            {
                if (Maps(spec.Mounts[i].Options[j]) is { } maps)
                {
                    mounts ??= [.. spec.Mounts];
                    mounts[i] = Expand(spec, i, j, maps);
                }
            }
        }

        return mounts is null ? spec : spec with { Mounts = mounts };
    }

    private static string? Maps(string option) => option switch
    {
        _ when option.StartsWith("idmap=", StringComparison.Ordinal) => option["idmap=".Length..],
        _ when option.StartsWith("ridmap=", StringComparison.Ordinal) => option["ridmap=".Length..],
        _ => null,
    };

    private static MountSpec Expand(Spec spec, int index, int option, string maps)
    {
        var field = $"mounts[{index}].options[{option}]";
        var mount = spec.Mounts[index];
        if (mount.UidMappings.Count > 0 || mount.GidMappings.Count > 0)
        {
            throw new SpecException(field, "maps what uidMappings and gidMappings map as well; leave one of them out");
        }

        LinuxIdMapping[] uids = [], gids = [];
        foreach (var list in maps.Split(';'))
        {
            if (list.StartsWith("uids=", StringComparison.Ordinal) && uids.Length == 0)
            {
                uids = Read(list["uids=".Length..], spec.Linux.UidMappings, field);
            }
            else if (list.StartsWith("gids=", StringComparison.Ordinal) && gids.Length == 0)
            {
                gids = Read(list["gids=".Length..], spec.Linux.GidMappings, field);
            }
            else
            {
                throw Malformed(field, maps);
            }
        }

        string[] options = [.. mount.Options];
        options[option] = options[option].StartsWith('r') ? "ridmap" : "idmap";
        return mount with { Options = options, UidMappings = uids, GidMappings = gids };
    }

    private static LinuxIdMapping[] Read(string triples, IReadOnlyList<LinuxIdMapping> container, string field)
    {
        var words = triples.Split('#');
        var mappings = new LinuxIdMapping[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            var inside = words[i].StartsWith('@');
            if ((inside ? words[i][1..] : words[i]).Split('-') is not [var from, var to, var size]
                || !TryRead(from, out var source) || !TryRead(to, out var host) || !TryRead(size, out var count))
            {
                throw Malformed(field, triples);
            }

            mappings[i] = new LinuxIdMapping(source, inside ? OnHost(host, count, container, field) : host, count);
        }

        return mappings;
    }

    private static uint OnHost(uint id, uint count, IReadOnlyList<LinuxIdMapping> container, string field)
    {
        foreach (var mapping in container)
        {
            if (id >= mapping.ContainerId && (ulong)id + count <= (ulong)mapping.ContainerId + mapping.Size)
            {
                return mapping.HostId + (id - mapping.ContainerId);
            }
        }

        throw new SpecException(field,
            $"{count} ids from {id} on are not in one range of the container's maps, in which an \"@\" counts; give "
            + "linux.uidMappings and gidMappings that have them, or the host's ids without \"@\"");
    }

    private static bool TryRead(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static SpecException Malformed(string field, string text) => new(
        field, $"\"{text}\" is not uids=SOURCE-HOST-COUNT#…;gids=SOURCE-HOST-COUNT#…");
}
