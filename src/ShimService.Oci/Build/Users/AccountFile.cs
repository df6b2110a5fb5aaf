using System.Globalization;
using System.Text;

namespace ShimService.Oci.Build.Users;

/// <summary>
/// /etc/passwd and /etc/group: lines of fields between colons. A line that makes no sense is passed over.
/// </summary>
internal static class AccountFile
{
    internal static List<PasswdEntry> ReadUsers(byte[]? content)
    {
        var list = new List<PasswdEntry>();
        foreach (var fields in Lines(content))
        {
            // name:password:uid:gid:comment:home:shell
            if (fields.Length >= 4 && Number(fields[2]) is { } uid && Number(fields[3]) is { } gid)
            {
                list.Add(new PasswdEntry(fields[0], uid, gid));
            }
        }

        return list;
    }

    internal static List<GroupEntry> ReadGroups(byte[]? content)
    {
        var list = new List<GroupEntry>();
        foreach (var fields in Lines(content))
        {
            // name:password:gid:member,member
            if (fields.Length >= 3 && Number(fields[2]) is { } gid)
            {
                list.Add(new GroupEntry(fields[0], gid, fields.Length > 3
                    ? fields[3].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    : []));
            }
        }

        return list;
    }

    /// <summary>Digits alone, below (uid_t)−1: a misread user is a wrong identity (CVE-2026-30892 of crun).</summary>
    internal static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != uint.MaxValue
            ? number
            : null;

    private static IEnumerable<string[]> Lines(byte[]? content) =>
        from line in Encoding.UTF8.GetString(content ?? []).Split('\n')
        let trimmed = line.Trim()
        where trimmed.Length > 0 && trimmed[0] != '#'
        let fields = trimmed.Split(':')
        where fields[0].Length > 0
        select fields;
}
