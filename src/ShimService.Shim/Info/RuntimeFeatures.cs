using System.Buffers;
using System.Text.Json;
using ShimService.Engine;

namespace ShimService.Shim.Info;

/// <summary>
/// What this runtime does, in the words of the OCI features document. containerd asks before it makes a container whose
/// spec has id-mapped mounts. What is not done is said to be off, or left out.
/// Source: OCI runtime-spec 1.3.0 features.md, features-linux.md.
/// </summary>
internal static class RuntimeFeatures
{
    private static readonly string[] MountOptions =
    [
        "async", "atime", "bind", "copy-symlink", "defaults", "dest-nofollow", "dev", "diratime", "dirsync", "exec", "idmap",
        "iversion", "lazytime",
        "loud", "mand", "noatime", "nodev", "nodiratime", "noexec", "noiversion", "nolazytime", "nomand",
        "norelatime", "nostrictatime", "nosuid", "nosymfollow", "private", "ratime", "rbind", "rdev", "rdiratime",
        "relatime", "remount", "rexec", "ridmap", "rnoatime", "rnodev", "rnodiratime", "rnoexec", "rnorelatime",
        "rnostrictatime", "rnosuid", "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave",
        "rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw", "shared", "silent", "slave", "src-nofollow",
        "strictatime",
        "suid", "symfollow", "sync", "tmpcopyup", "unbindable",
    ];

    private static readonly string[] Hooks =
        ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    private static readonly string[] Namespaces = ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"];

    private static readonly string[] SeccompActions =
    [
        "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
        "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
    ];

    private static readonly string[] SeccompOperators =
    [
        "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE",
    ];

    private static readonly string[] SeccompArchitectures =
        ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_X32", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64"];

    private static readonly string[] SeccompFlags =
    [
        "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_LOG",
        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
    ];

    private static readonly string[] MemoryPolicyModes =
    [
        "MPOL_BIND", "MPOL_DEFAULT", "MPOL_INTERLEAVE", "MPOL_LOCAL", "MPOL_PREFERRED", "MPOL_PREFERRED_MANY",
        "MPOL_WEIGHTED_INTERLEAVE",
    ];

    private static readonly string[] MemoryPolicyFlags =
        ["MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES"];

    // What a user who writes annotations can make us do that the rest of the spec does not say.
    private static readonly string[] UnsafeAnnotations =
        ["io.containerd.shimservice.v2.group", "org.systemd.property."];

    /// <summary>The document as JSON.</summary>
    public static byte[] Format()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("ociVersionMin", "1.0.0");
            json.WriteString("ociVersionMax", "1.3.0");
            Write(json, "hooks", Hooks);
            Write(json, "mountOptions", MountOptions);
            json.WriteStartObject("linux");
            Write(json, "namespaces", Namespaces);
            Write(json, "capabilities", KnownCapabilities.Names);
            json.WriteStartObject("cgroup");
            json.WriteBoolean("v1", true);
            json.WriteBoolean("v2", true);
            json.WriteBoolean("systemd", true);
            json.WriteBoolean("systemdUser", false);
            json.WriteBoolean("rdma", true);
            json.WriteEndObject();
            json.WriteStartObject("seccomp");
            json.WriteBoolean("enabled", true);
            Write(json, "actions", SeccompActions);
            Write(json, "operators", SeccompOperators);
            Write(json, "archs", SeccompArchitectures);
            Write(json, "knownFlags", SeccompFlags);
            json.WriteEndObject();
            Write(json, "apparmor", enabled: true);
            Write(json, "selinux", enabled: true);
            json.WriteStartObject("intelRdt");
            json.WriteBoolean("enabled", true);
            json.WriteBoolean("schemata", true);
            json.WriteBoolean("monitoring", true);
            json.WriteEndObject();
            json.WriteStartObject("memoryPolicy");
            Write(json, "modes", MemoryPolicyModes);
            Write(json, "flags", MemoryPolicyFlags);
            json.WriteEndObject();
            json.WriteStartObject("mountExtensions");
            Write(json, "idmap", enabled: true);
            json.WriteEndObject();
            Write(json, "netDevices", enabled: true);
            json.WriteEndObject();
            json.WriteStartObject("annotations");
            json.WriteString("io.containerd.shimservice.version", ShimVersion.Text);
            json.WriteEndObject();
            Write(json, "potentiallyUnsafeConfigAnnotations", UnsafeAnnotations);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < values.Count; i++)
        {
            json.WriteStringValue(values[i]);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, bool enabled)
    {
        json.WriteStartObject(name);
        json.WriteBoolean("enabled", enabled);
        json.WriteEndObject();
    }
}
