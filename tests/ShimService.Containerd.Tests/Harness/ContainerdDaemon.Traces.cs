namespace ShimService.Containerd.Tests.Harness;

/// <summary>What a containerd of ours has on the host, and its end.</summary>
internal sealed partial class ContainerdDaemon
{
    /// <summary>Processes of the shim that were started for this containerd: pid → -id.</summary>
    public IReadOnlyDictionary<int, string> Shims()
    {
        var found = new Dictionary<int, string>();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), out int pid))
            {
                continue;
            }

            string[] words = CommandLine(pid);
            if (words.Length > 0 && Path.GetFileName(words[0]).StartsWith("containerd-shim", StringComparison.Ordinal)
                && words.Contains(Socket) && words.Contains(Namespace))
            {
                found[pid] = words[Array.IndexOf(words, "-id") + 1];
            }
        }

        return found;
    }

    public int ShimOf(string id) => Assert.Single(Shims(), shim => shim.Value == id).Key;

    /// <summary>Mounts, control groups, shims and bundles that carry our names, one a line.</summary>
    public IReadOnlyList<string> Traces(string id)
    {
        List<string> traces = [.. Shims().Where(shim => shim.Value == id).Select(shim => $"shim {shim.Key}")];
        traces.AddRange(File.ReadLines("/proc/self/mountinfo")
            .Select(line => line.Split(' ')[4])
            .Where(target => target.StartsWith(Bundle(id) + "/", StringComparison.Ordinal))
            .Select(target => "mount " + target));
        traces.AddRange(ControlGroups()
            .Where(path => path.EndsWith("/" + id, StringComparison.Ordinal))
            .Select(path => "cgroup " + path));
        if (Directory.Exists(Bundle(id)))
        {
            traces.Add("bundle " + Bundle(id));
        }

        return traces;
    }

    /// <summary>Waits until nothing on the host carries that id.</summary>
    public Task GoneAsync(string id) =>
        Eventually.BecomesAsync("", () => string.Join(", ", Traces(id)), $"left of {id}");

    /// <summary>Everything this containerd's containers left on the host.</summary>
    public IReadOnlyList<string> Traces() =>
    [
        .. Shims().Select(shim => $"shim {shim.Key} of {shim.Value}"),
        .. File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')[4])
            .Where(target => target.StartsWith(Work + "/", StringComparison.Ordinal))
            .Select(target => "mount " + target),
        .. ControlGroups().Where(path => Path.GetFileName(path) != CgroupParent).Select(path => "cgroup " + path),
    ];

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_process is not null)
            {
                await EndAsync();
            }

            await Eventually.BecomesAsync("", () => string.Join(", ", Traces()), "left on the host");
        }
        finally
        {
            foreach (string group in ControlGroups().OrderByDescending(path => path.Length))
            {
                Directory.Delete(group);
            }

            Directory.Delete(Work, recursive: true);
            _kubernetes?.RemoveCache();
        }
    }

    private IEnumerable<string> ControlGroups() =>
        from hierarchy in Directory.EnumerateDirectories("/sys/fs/cgroup")
        let top = Path.Combine(hierarchy, CgroupParent)
        where Directory.Exists(top)
        from path in Directory.EnumerateDirectories(top, "*", SearchOption.AllDirectories).Prepend(top)
        select path;

    /// <summary>Removes what failed tests left behind, then asks containerd to end.</summary>
    private async Task EndAsync()
    {
        Command list = await CtrAsync("container", "ls", "-q");
        foreach (string id in list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await RemoveAsync(id);
        }

        await SignalAsync("TERM");
        await _process!.WaitForExitAsync().WaitAsync(StartLimit);
        _process.Dispose();
        _process = null;
    }

    private static string[] CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
