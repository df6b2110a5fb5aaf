namespace ShimService.Oci.Model;

/// <summary>The two spellings of a sysctl, as sysctl(8) reads them.</summary>
public static class SysctlName
{
    /// <summary>
    /// The path below /proc/sys. The separator is whichever of "." and "/" comes first; the other one is then an
    /// ordinary character, except that after a "/" a "." stays and after a "." a "/" stands for a dot in a name
    /// ("net.ipv4.conf.eth0/1.forwarding" is net/ipv4/conf/eth0.1/forwarding).
    /// </summary>
    public static string ToPath(string name)
    {
        var first = name.AsSpan().IndexOfAny('.', '/');
        if (first < 0 || name[first] == '/')
        {
            return name;
        }

        return string.Create(name.Length, name, static (path, source) =>
        {
            for (var i = 0; i < path.Length; i++)
            {
                path[i] = source[i] switch { '.' => '/', '/' => '.', var other => other };
            }
        });
    }
}
