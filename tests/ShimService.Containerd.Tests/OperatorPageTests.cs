namespace ShimService.Containerd.Tests;

/// <summary>deploy/containerd: what an operator is told to type and to write does what the page says.</summary>
public sealed class OperatorPageTests
{
    private const string Folder = "deploy/containerd";

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Page_WhenItsLinesAreTypedInOrder_ThenEachWorks(Release release)
    {
        string page = await File.ReadAllTextAsync(Repository.In(Folder, "README.md"));
        string typed = string.Join('\n', page.Split("```sh\n").Skip(1).Select(block => block.Split("\n```")[0]));
        string work = Directory.CreateTempSubdirectory("shimservice-page.").FullName;
        string script = Path.Combine(work, "script.sh");
        // The page's own paths, in a mount namespace where nobody else's files are in the way.
        await File.WriteAllTextAsync(script, $$"""
            set -euo pipefail
            cd "{{Repository.Root}}"
            mkdir -p {{work}}/run {{work}}/lib {{work}}/bin
            mkdir -p /run/containerd /var/lib/containerd
            mount --bind {{work}}/run /run/containerd
            mount --bind {{work}}/lib /var/lib/containerd
            mount --bind {{work}}/bin /usr/local/bin
            export PATH={{Path.GetDirectoryName(Debian.Program(release, "ctr"))}}:$PATH:/usr/local/bin
            export CONTAINERD_NAMESPACE={{Path.GetFileName(work)}}
            printf 'version = 2\noom_score = 0\ndisabled_plugins = ["io.containerd.grpc.v1.cri", %s]\n' \
                '"io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime"' > {{work}}/config.toml
            containerd --config {{work}}/config.toml > {{work}}/log 2>&1 &
            daemon=$!
            trap 'kill $daemon; wait $daemon || true' EXIT
            for _ in $(seq 100); do ctr version > /dev/null 2>&1 && break; sleep 0.1; done
            set -x
            {{typed}}
            set +x
            [ -z "$(ctr container ls -q)" ] && [ -z "$(ctr task ls -q)" ] && echo nothing left
            """);

        string[] made = [.. new[] { "/run/containerd", "/var/lib/containerd" }.Where(path => !Directory.Exists(path))];
        Command run = await Command.RunAsync(
            "unshare", ["--mount", "--propagation", "private", "bash", script], input: "", TimeSpan.FromMinutes(5));

        run.Expect();
        Assert.Contains("hello\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("nothing left\n", run.Output, StringComparison.Ordinal);
        foreach (string hierarchy in Directory.EnumerateDirectories("/sys/fs/cgroup"))
        {
            string group = Path.Combine(hierarchy, Path.GetFileName(work));
            if (Directory.Exists(group))
            {
                Directory.Delete(group);
            }
        }

        foreach (string directory in made)
        {
            Directory.Delete(directory);
        }

        Directory.Delete(work, recursive: true);
    }

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public async Task Configuration_WhenContainerdReadsIt_ThenTheRuntimeIsOneOfCris(Release release)
    {
        string file = release switch
        {
            Release.Bookworm => "config-1.6.toml",
            Release.Trixie => "config-1.7.toml",
            _ => "config-2.toml",
        };

        Command dump = await Command.RunAsync(
            Debian.Program(release, "containerd"), "--config", Repository.In(Folder, file), "config", "dump");

        string[] lines = [.. dump.Expect().Output.Split('\n').Select(line => line.Trim().Replace('\'', '"'))];
        int table = Array.FindIndex(
            lines, line => line.EndsWith("containerd.runtimes.shimservice]", StringComparison.Ordinal));
        Assert.True(table >= 0, dump.Output);
        Assert.Contains(
            "runtime_type = \"io.containerd.shimservice.v2\"",
            lines.Skip(table + 1).TakeWhile(line => !line.StartsWith('[')));
    }
}
