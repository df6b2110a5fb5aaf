using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>What a Docker user asks for in a config, observed from inside the container or on the host.</summary>
[Collection(ShimdCollection.Name)]
public class DockerTests(ShimdFixture fixture)
{
    private IndependentClient Client => fixture.Client(ClientKind.Node);

    private Shimd Daemon => fixture.Daemon;

    private string Containers => Path.Combine(Daemon.Root, "containers");

    [Fact]
    public async Task Run_WhenTheUserHasAName_ThenTheImageSaysWhoItIs()
    {
        (_, string output) = await fixture.RunAsync(Client, "id -u; id -G", """{"user":"app","groupAdd":["daemon","77"]}""");

        Assert.Equal(["1000", "1000 1 77 2000"], Lines(output));
    }

    [Fact]
    public async Task Exec_WhenTheUserHasAName_ThenTheContainersFilesSayWhoItIs()
    {
        string id = await StartAsync("sleep 1000");
        Command exec = await Daemon.ShimctlAsync("exec", "--user", "app", id, "id", "-u");
        Command unknown = await Daemon.ShimctlAsync("exec", "--user", "nobody-at-all", id, "id");
        await DeleteAsync(id);

        Assert.Equal("1000\n", exec.Expect().Output);
        Assert.Contains("there is no user", unknown.Errors);
    }

    [Fact]
    public async Task Run_WhenTheWorkingDirectoryIsMissing_ThenItIsMade()
    {
        (_, string output) = await fixture.RunAsync(
            Client, "pwd; ls -ld .", $$"""{"rootfs":{{Layers(Layer())}},"cwd":"/made/for//it"}""");

        Assert.Equal("/made/for/it", Lines(output)[0]);
    }

    [Fact]
    public async Task Run_WhenTheRootIsOfLayers_ThenOneTreeAndWritesGoAwayWithTheContainer()
    {
        string layer = Layer();
        await File.WriteAllTextAsync(Path.Combine(layer, "from-the-layer"), "yes");

        (int status, string output) = await fixture.RunAsync(
            Client, "cat /from-the-layer; echo; ls -d /bin; echo new > /written; cat /written; rm /from-the-layer; ls -ld / | cut -c1-10",
            $$"""{"rootfs":{{Layers(layer)}}}""");

        Assert.Equal((0, "yes\n/bin\nnew\ndrwxr-x--x\n"), (status, output));
        Assert.Equal(["from-the-layer"], Directory.GetFileSystemEntries(layer).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFileSystemEntries(Containers));
    }

    [Fact]
    public async Task Run_WhenAVolumeIsEmpty_ThenItGetsWhatTheImageHasThere()
    {
        string layer = Layer();
        string data = Directory.CreateDirectory(Path.Combine(layer, "data", "sub")).FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "file"), "content");
        File.SetUnixFileMode(Path.Combine(data, "file"), (UnixFileMode)0x9ED);
        File.CreateSymbolicLink(Path.Combine(layer, "data", "link"), "sub/file");
        (await Command.RunAsync("chown", "1000:2000", data)).Expect();
        (await Command.RunAsync("ln", Path.Combine(data, "file"), Path.Combine(data, "same"))).Expect();
        string volume = "v" + fixture.NewId();
        string more = $$"""{"rootfs":{{Layers(layer)}},"volumes":["{{volume}}:/data","/own"]}""";

        (_, string first) = await fixture.RunAsync(Client,
            "stat -c '%a %u:%g %h %n' /data/sub /data/sub/file; cat /data/link; echo; echo kept > /data/new; touch /own/x", more);
        (_, string second) = await fixture.RunAsync(Client, "cat /data/new; ls /own | wc -l",
            $$"""{"rootfs":{{Layers(layer)}},"volumes":["{{volume}}:/data:ro","/own"]}""");

        Assert.Equal(["755 1000:2000 2 /data/sub", "4755 0:0 2 /data/sub/file", "content"], Lines(first));
        Assert.Equal(["kept", "0"], Lines(second));
        Assert.Equal(
            "kept\n", await File.ReadAllTextAsync(Path.Combine(Daemon.Root, "volumes", volume, "_data", "new")));
        Assert.Empty(Directory.GetFileSystemEntries(Containers));
    }

    [Fact]
    public async Task Create_WhenAVolumesPlaceIsAFile_ThenRefusedAndNothingIsLeft()
    {
        string layer = Layer();
        await File.WriteAllTextAsync(Path.Combine(layer, "file"), "");
        string id = fixture.NewId();

        ClientException error = await Assert.ThrowsAsync<ClientException>(() => Client.CallAsync(
            "Create", fixture.Shell(id, "true", $$"""{"rootfs":{{Layers(layer)}},"volumes":["/file"]}""")));

        Assert.Contains("/file is a file", error.Message);
        Assert.Equal("", Traces.Of(Daemon, id));
        Assert.Empty(Directory.GetFileSystemEntries(Containers));
    }

    [Fact]
    public async Task Run_WhenIpcIsShared_ThenSharedMemoryIsTooAndGoesWithTheFirst()
    {
        string donor = await StartAsync("echo shared > /dev/shm/x; sleep 1000", """{"namespaces":{"ipc":"shareable"}}""");
        await Eventually.BecomesAsync(
            true, () => File.Exists(Path.Combine(Daemon.State, "tasks", donor, "shm", "x")), "the donor has written");

        (_, string joined) = await fixture.RunAsync(
            Client, "cat /dev/shm/x; ps | grep -c 'sleep 1000'; hostname",
            $$$"""{"namespaces":{"ipc":"container:{{{donor}}}","pid":"container:{{{donor}}}","uts":"container:{{{donor}}}"}}""");
        await DeleteAsync(donor);

        string[] lines = Lines(joined);
        Assert.Equal(("shared", donor), (lines[0], lines[2]));
        Assert.NotEqual("0", lines[1]);
        Assert.DoesNotContain(donor, await File.ReadAllTextAsync("/proc/self/mountinfo"));
        Assert.False(Directory.Exists(Path.Combine(Daemon.State, "tasks", donor)));
    }

    [Fact]
    public async Task Create_WhenIpcIsNotToBeShared_ThenRefused()
    {
        string donor = await StartAsync("sleep 1000");
        ClientException error = await Assert.ThrowsAsync<ClientException>(() => Client.CallAsync("Create", fixture.Shell(
            fixture.NewId(), "true", $$$"""{"namespaces":{"ipc":"container:{{{donor}}}"}}""")));
        await DeleteAsync(donor);

        Assert.Contains("does not share its ipc", error.Message);
    }

    [Fact]
    public async Task Run_WhenModesAreTheHosts_ThenNamespacesAreToo()
    {
        (_, string output) = await fixture.RunAsync(
            Client, "for n in pid ipc uts net cgroup; do readlink /proc/self/ns/$n; done",
            """{"namespaces":{"pid":"host","ipc":"host","uts":"host","network":"host","cgroup":"host"}}""");

        Assert.Equal(
            ((string[])["pid", "ipc", "uts", "net", "cgroup"]).Select(
                n => new FileInfo($"/proc/self/ns/{n}").LinkTarget!),
            Lines(output));
    }

    [Fact]
    public async Task Run_WhenThereIsNoIpc_ThenNoSharedMemory()
    {
        (_, string output) = await fixture.RunAsync(
            Client, "grep -c ' /dev/shm ' /proc/self/mountinfo", """{"namespaces":{"ipc":"none"}}""");

        Assert.Equal("0\n", output);
    }

    [Fact]
    public async Task Run_WhenPrivileged_ThenNothingIsMaskedAndTheDevicesAreThere()
    {
        (_, string output) = await fixture.RunAsync(Client,
            "grep -c ' /proc/sys .*ro' /proc/self/mountinfo; grep -c ' /sys .* rw' /proc/self/mountinfo; ls /dev | wc -l",
            """{"security":{"privileged":true}}""");

        string[] lines = Lines(output);
        Assert.Equal(("0", "1"), (lines[0], lines[1]));
        Assert.True(int.Parse(lines[2]) > 20, lines[2]);
    }

    [Fact]
    public async Task Run_WhenAnInitIsInFront_ThenItReapsAndEndsWithTheProgramsStatus()
    {
        // The orphan is a zombie until somebody reaps it; pid 1 is the only one who can.
        const string Script =
            "(sleep 0.05 & echo $! > /tmp/orphan); while [ -e /proc/$(cat /tmp/orphan) ]; do sleep 0.02; done; "
            + "tr '\\0' ' ' < /proc/1/cmdline | cut -d' ' -f1; exit 4";
        (int status, string output) = await fixture.RunAsync(
            Client, Script, $$"""{"init":true,"rootfs":{{Layers(Layer())}}}""");

        Assert.Equal((4, "/sbin/docker-init\n"), (status, output));
    }

    [Fact]
    public async Task Stop_WhenTheStopSignalIsHandled_ThenTheProgramEndsItself()
    {
        string id = await StartAsync(
            "trap 'exit 33' USR1; echo ready; while :; do sleep 0.05; done", """{"init":true,"stopSignal":"USR1"}""");
        await ReadyAsync(id);

        JsonObject exit = await Client.CallAsync("Stop", $$"""{"id":"{{id}}","timeoutSeconds":-1}""");
        await DeleteAsync(id);

        Assert.Equal(33, exit["exitStatus"]!.GetValue<int>());
    }

    [Fact]
    public async Task Stop_WhenTheSignalIsIgnored_ThenItIsKilledAfterItsTime()
    {
        string id = await StartAsync(
            "trap '' TERM; echo ready; while :; do sleep 0.05; done", """{"stopTimeoutSeconds":0}""");
        await ReadyAsync(id);

        JsonObject exit = await Client.CallAsync("Stop", $$"""{"id":"{{id}}"}""");
        JsonObject again = await Client.CallAsync("Stop", $$"""{"id":"{{id}}","timeoutSeconds":-1}""");
        await DeleteAsync(id);

        Assert.Equal((137, 137), (exit["exitStatus"]!.GetValue<int>(), again["exitStatus"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Run_WhenNamesAreGiven_ThenTheFilesAreTheContainers()
    {
        (_, string output) = await fixture.RunAsync(Client,
            "cat /etc/hostname; grep other /etc/hosts; cat /etc/resolv.conf; hostname; echo x >> /etc/hosts && echo writable",
            $$"""
            {"rootfs":{{Layers(Layer())}},"hostname":"web","extraHosts":["other:1.2.3.4"],"dns":["9.9.9.9"],
             "dnsSearch":["example.org"],"dnsOptions":["ndots:2"]}
            """);

        Assert.Equal(
            ["web", "1.2.3.4\tother", "nameserver 9.9.9.9", "search example.org", "options ndots:2", "web", "writable"],
            Lines(output));
    }

    [Fact]
    public async Task Run_WhenTmpfsAndShmHaveOptions_ThenTheyHoldInside()
    {
        (_, string output) = await fixture.RunAsync(
            Client, "grep -E ' (/scratch|/dev/shm) ' /proc/mounts | cut -d' ' -f2,4",
            """{"tmpfs":{"/scratch":"size=1m,exec,mode=1777"},"shmSizeBytes":"2097152"}""");

        Assert.Contains(Lines(output), line => line.StartsWith("/dev/shm", StringComparison.Ordinal)
            && line.Contains("size=2048k"));
        string scratch = Lines(output).Single(line => line.StartsWith("/scratch", StringComparison.Ordinal));
        Assert.Contains("size=1024k", scratch);
        Assert.Contains("nosuid", scratch);
        Assert.DoesNotContain("noexec", scratch);
    }

    [Fact]
    public async Task Create_WhenSomethingIsForAnotherSystem_ThenTheAnswerWarns()
    {
        string id = fixture.NewId();
        JsonObject answer = await Client.CallAsync(
            "Create", fixture.Shell(id, "true", """{"resources":{"cpu":{"percent":"50"}}}"""));
        await DeleteAsync(id);

        Assert.Contains("for Windows", answer["warnings"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task Explain_WhenThePlatformIsWindows_ThenItsSpecAndACreateIsRefused()
    {
        const string Windows =
            """{"isolation":"hyperv","layerFolders":["C:\\base","C:\\scratch"],"argsEscaped":true,"cpus":4}""";
        JsonObject answer = await Client.CallAsync(
            "Explain", $$$"""{"platform":"windows","config":{"args":["cmd.exe","/c","a b"]},"windows":{{{Windows}}}}""");
        JsonNode spec = JsonNode.Parse(answer["specJson"]!.GetValue<string>())!;
        ClientException error = await Assert.ThrowsAsync<ClientException>(() => Client.CallAsync(
            "Create", $$$"""{"id":"{{{fixture.NewId()}}}","platform":"windows","config":{"args":["cmd.exe"]}}"""));

        Assert.Equal("cmd.exe /c \"a b\"", spec["process"]!["commandLine"]!.GetValue<string>());
        Assert.NotNull(spec["windows"]!["hyperv"]);
        Assert.Contains("cannot run on Linux", error.Message);
    }

    [Fact]
    public async Task Explain_WhenItIsAPlugin_ThenItsSpecAndItsSteps()
    {
        JsonObject answer = await Client.CallAsync("Explain",
            $$$"""{"plugin":{"id":"p1","rootfs":"{{{Daemon.Rootfs}}}","execRoot":"/run/plugins","entrypoint":["/bin/true"]}}""");

        Assert.Contains("/run/docker/plugins", answer["specJson"]!.GetValue<string>());
        Assert.NotEmpty(answer["steps"]!.AsArray());
    }

    [Fact]
    public async Task Create_WhenTheEngineIsUnknown_ThenTheErrorNamesWhatThereIs()
    {
        ClientException error = await Assert.ThrowsAsync<ClientException>(() => Client.CallAsync(
            "Create", $$"""{"id":"{{fixture.NewId()}}","engine":"lxc","bundle":"/nonexistent"}"""));
        Command info = await Daemon.ShimctlAsync("--json", "info");

        Assert.Contains("native", error.Message);
        Assert.Equal("native", JsonNode.Parse(info.Expect().Output)!["engines"]![0]!.GetValue<string>());
    }

    private string Layer()
    {
        string layer = Directory.CreateDirectory(Path.Combine(Daemon.Work, "layers", fixture.NewId())).FullName;
        File.SetUnixFileMode(layer, (UnixFileMode)0x1E9);
        return layer;
    }

    private string Layers(string top) => $$"""{"layers":["{{Daemon.Rootfs}}","{{top}}"]}""";

    private async Task<string> StartAsync(string script, string more = "")
    {
        string id = fixture.NewId();
        await Client.CallAsync("Run", fixture.Shell(id, script, more));
        return id;
    }

    private Task ReadyAsync(string id) => Eventually.BecomesAsync(
        "ready\n", async () => await Streams.LogsAsync(Client, id, "STDOUT"), "the program is ready");

    private Task<JsonObject> DeleteAsync(string id) => Client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
