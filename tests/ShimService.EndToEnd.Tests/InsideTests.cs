namespace ShimService.EndToEnd.Tests;

/// <summary>What a program sees from inside a container made from an ordinary config.</summary>
[Collection(ShimdCollection.Name)]
public class InsideTests(ShimdFixture fixture)
{
    private IndependentClient Client => fixture.Client(ClientKind.Node);

    [Fact]
    public async Task Run_WhenLookingFromInside_ThenItIsPid1AndAlone()
    {
        (int status, string output) = await fixture.RunAsync(Client, "echo $$; ls -d /proc/[0-9]* | wc -l");

        // The shell, ls and wc; nobody else's processes.
        Assert.Equal(0, status);
        string[] lines = output.Split('\n');
        Assert.Equal("1", lines[0]);
        Assert.InRange(int.Parse(lines[1]), 1, 3);
    }

    [Fact]
    public async Task Run_WhenLookingAtMounts_ThenOnlyWhatTheSpecListsIsThere()
    {
        (_, string output) = await fixture.RunAsync(Client, "cut -d' ' -f5 /proc/self/mountinfo");

        string[] points = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("/", points[0]);
        Assert.Subset(
            new HashSet<string> { "/", "/proc", "/dev", "/sys" },
            points.Select(point => "/" + point.Split('/')[1]).ToHashSet());
        Assert.Contains("/dev/pts", points);
        Assert.Contains("/dev/shm", points);
        Assert.Contains("/dev/mqueue", points);
        Assert.Contains("/proc/sys", points);
        Assert.DoesNotContain(points, point => point.Contains("shimservice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WhenLookingAtCapabilities_ThenNoneBeyondTheDefaultFourteen()
    {
        const ulong Fourteen = 0xa80425fb;

        (_, string output) = await fixture.RunAsync(Client, "grep ^Cap /proc/self/status");

        Dictionary<string, ulong> sets = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':')).ToDictionary(p => p[0], p => Convert.ToUInt64(p[1].Trim(), 16));
        Assert.Equal(0UL, sets["CapBnd"] & ~Fourteen);
        Assert.Equal(0UL, sets["CapEff"] & ~Fourteen);
        Assert.Equal(0UL, sets["CapInh"]);
        Assert.Equal(0UL, sets["CapAmb"]);
        Assert.NotEqual(0UL, sets["CapEff"]);
    }

    [Fact]
    public async Task Run_WhenAllCapabilitiesAreDropped_ThenNoneIsLeft()
    {
        (_, string output) = await fixture.RunAsync(
            Client, "grep -E '^Cap(Eff|Bnd|Prm)' /proc/self/status", """{"security":{"capabilitiesDrop":["ALL"]}}""");

        Assert.All(
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.EndsWith("0000000000000000", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WhenReadingMaskedPaths_ThenTheyAreEmptyAndProcSysCannotBeWritten()
    {
        (_, string output) = await fixture.RunAsync(Client, """
            for path in /proc/kcore /proc/keys /proc/timer_list; do [ -e $path ] && head -c 1 $path 2>/dev/null | wc -c; done
            echo 1 > /proc/sys/kernel/ns_last_pid 2>/dev/null && echo wrote
            echo b > /proc/sysrq-trigger 2>/dev/null && echo wrote
            ls /sys/firmware | wc -l
            """);

        Assert.Contains("0", output);
        Assert.DoesNotContain("1", output);
        Assert.DoesNotContain("wrote", output);
    }

    [Fact]
    public async Task Run_WhenLookingAtNamespaces_ThenNoneIsTheHosts()
    {
        (_, string output) = await fixture.RunAsync(
            Client, "for n in pid mnt uts ipc net cgroup; do readlink /proc/self/ns/$n; done; hostname; ls /sys/class/net");

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string line in lines.Take(5))
        {
            string kind = line.Split(':')[0];
            Assert.NotEqual(File.ResolveLinkTarget($"/proc/self/ns/{kind}", false)!.Name, line);
        }

        Assert.Equal("lo", lines[^1]);
    }

    [Fact]
    public async Task Run_WhenTheConfigDescribesAProcess_ThenItIsSo()
    {
        (_, string output) = await fixture.RunAsync(
            Client,
            "id -u; id -g; id -G; pwd; hostname; echo $COLOUR; umask; ulimit -n; cat /proc/self/oom_score_adj; grep NoNewPrivs /proc/self/status | cut -f2",
            """
            {"user":"1000:1000","additionalGids":[2000],"cwd":"/home","hostname":"box","env":["COLOUR=red"],"umask":63,
             "rlimits":[{"type":"nofile","soft":"512","hard":"512"}],"oomScoreAdj":100,"security":{"noNewPrivileges":true}}
            """);

        Assert.Equal(
            ["1000", "1000", "1000 2000", "/home", "box", "red", "0077", "512", "100", "1"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Run_WhenADirectoryIsBound_ThenItIsThereAndReadOnlyHolds()
    {
        string source = Path.Combine(fixture.Daemon.Work, fixture.NewId());
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Combine(source, "file"), "from the host\n");

        (_, string output) = await fixture.RunAsync(
            Client,
            "cat /mnt/file; echo x > /mnt/new 2>/dev/null || echo refused; touch /scratch/ok && df /scratch | tail -n 1 | cut -d' ' -f1; touch /x 2>/dev/null || echo root is read-only",
            $$"""
            {"rootfs":{"path":"{{fixture.Daemon.Rootfs}}","readonly":true},
             "mounts":[{"source":"{{source}}","destination":"/mnt","options":["rbind","ro"]},
                       {"type":"tmpfs","source":"tmpfs","destination":"/scratch","options":["size=1m"]}]}
            """);

        Assert.Equal("from the host\nrefused\ntmpfs\nroot is read-only\n", output);
        Assert.False(File.Exists(Path.Combine(source, "new")));
    }

    [Fact]
    public async Task Run_WhenSystemCallsAreFiltered_ThenTheForbiddenOnesFail()
    {
        (_, string output) = await fixture.RunAsync(Client, "grep Seccomp: /proc/self/status | cut -f2; mount -t tmpfs x /tmp 2>&1; unshare -m true 2>&1 || true");

        Assert.StartsWith("2\n", output, StringComparison.Ordinal);
        Assert.Contains("permitted", output);
    }

    [Fact]
    public async Task Run_WhenLookingAtDevices_ThenTheDefaultOnesWork()
    {
        (int status, string output) = await fixture.RunAsync(Client, """
            echo x > /dev/null && head -c 4 /dev/zero | wc -c && head -c 4 /dev/urandom | wc -c
            ls -l /dev/fd /dev/stdin /dev/ptmx | wc -l; ls /dev | grep -cE '^(sda|mem|kmsg|loop)' || true
            """);

        Assert.Equal(0, status);
        Assert.Equal(["4", "4", "3", "0"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
