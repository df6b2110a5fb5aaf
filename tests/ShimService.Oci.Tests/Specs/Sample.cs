using System.Text;
using ShimService.Oci.Model;

namespace ShimService.Oci.Tests.Specs;

/// <summary>Documents the tests start from.</summary>
internal static class Sample
{
    /// <summary>What runc's generator writes, with a part of everything the engine reads.</summary>
    internal static string Full { get; } =
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Specs", "full.json"));

    internal static Spec Parse(string json) => Spec.Parse(Encoding.UTF8.GetBytes(json));

    /// <summary>
    /// The smallest valid spec, with these properties added or replaced on the top level and below linux.
    /// </summary>
    internal static string Minimal(string top = "", string linux = "") => $$$"""
        {"ociVersion":"1.2.0","root":{"path":"rootfs"},
         "process":{"cwd":"/","args":["sh"],"user":{"uid":0,"gid":0}},
         {{{(top.Length > 0 ? top + "," : "")}}}
         "linux":{"namespaces":[{"type":"mount"},{"type":"pid"},{"type":"uts"},{"type":"ipc"},{"type":"network"}]
                  {{{(linux.Length > 0 ? "," + linux : "")}}}}}
        """;

    /// <summary>Parses, and answers the error it must give.</summary>
    internal static SpecException Refused(string json) => Assert.Throws<SpecException>(() => Parse(json));
}
