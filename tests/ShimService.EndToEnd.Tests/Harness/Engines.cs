namespace ShimService.EndToEnd.Tests.Harness;

/// <summary>What the conformance suite runs over: our own engine, and two OCI runtimes from Debian.</summary>
internal static class Engines
{
    public const string Native = "native", Runc = "runc", Crun = "crun";

    /// <summary>A runtime whose create never ends, and one that does nothing and says that it did.</summary>
    public const string Hanging = "hanging", Lying = "lying";

    /// <summary>runc by a name that a test can take away.</summary>
    public const string Leaving = "leaving";

    /// <summary>The engines every test of the suite has to pass on.</summary>
    public static TheoryData<string> Conforming => [Native, Runc, Crun];

    public static TheoryData<string> Runtimes => [Runc, Crun];

    /// <summary>Writes the programs that are ours. Answers the engines' names for shimd.</summary>
    public static IReadOnlyDictionary<string, string> Prepare(string work)
    {
        string directory = Directory.CreateDirectory(Path.Combine(work, "runtimes")).FullName;
        return new Dictionary<string, string>
        {
            [Runc] = "oci:" + Find("runc"),

            // crun 1.8 refuses a host with both cgroup versions, where v2 carries a controller: it gets one without v2.
            [Crun] = "oci:" + Write(directory, "crun", $$"""
                exec unshare --mount --propagation slave sh -c \
                    'grep -q " - cgroup " /proc/self/mountinfo && umount /sys/fs/cgroup/unified 2> /dev/null; exec {{Find("crun")}} "$@"' \
                    crun "$@"
                """),
            // The last argument is the container's id, by which what is left of it would be found.
            [Hanging] = "oci:" + Write(directory, "hanging", """
                for id; do :; done
                case " $* " in *" create "*) : > "$0.$id" && exec tail -f "$0.$id" ;; esac
                """),
            [Leaving] = "oci:" + Write(directory, "leaving", $$"""exec {{Find("runc")}} "$@" """),
            [Lying] = "oci:" + Write(directory, "lying", "exit 0"),
        };
    }

    private static string Write(string directory, string name, string script)
    {
        string path = Path.Combine(directory, name);
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private static string Find(string name) =>
        new[] { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin" }
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{name} is not installed; tests/run.sh does it");
}
