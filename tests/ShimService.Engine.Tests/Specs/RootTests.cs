using System.Text.Json.Nodes;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>The root, and containers that have less in it than usual. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class RootTests : IDisposable
{
    private const string Write =
        "touch /new 2>/dev/null && echo written || echo refused; touch /var/new 2>/dev/null || echo refused";

    private readonly SpecScene _scene = new();

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [Trait("Spec", "root.readonly")]
    public async Task Run_WhenTheRootIsReadOnlyOrNot_ThenItIsWrittenOrNot(bool isReadOnly, bool userNamespace)
    {
        if (userNamespace)
        {
            HostFiles.Chown(_scene.Rootfs, 100000, 100000);
            HostFiles.Chown(Path.Join(_scene.Rootfs, "var"), 100000, 100000);
        }

        var lines = await _scene.RunAsync(Write, spec =>
            (spec with { Root = spec.Root! with { Readonly = isReadOnly } })
                .When(userNamespace, SpecChanges.InUserNamespace));

        Assert.Equal(isReadOnly ? ["refused", "refused"] : ["written"], lines);
        Assert.NotEqual(isReadOnly, File.Exists(Path.Join(_scene.Rootfs, "new")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "mounts")]
    public async Task Run_WhenThereIsNoProc_ThenTheProgramRunsWithoutOne(bool userNamespace)
    {
        var lines = await _scene.RunAsync(
            "ls /proc | wc -l; echo x > /dev/null && echo runs; id -u",
            spec => Only(spec, "/dev").When(userNamespace, SpecChanges.InUserNamespace));

        Assert.Equal(["0", "runs", "0"], lines);
    }

    [Fact]
    [Trait("Spec", "mounts")]
    public async Task Run_WhenNothingIsMounted_ThenTheProgramRunsAndHasTheDevices()
    {
        var lines = await _scene.RunAsync(
            "echo x > /dev/null && echo runs; test -c /dev/zero && echo zero", spec => Only(spec));

        Assert.Equal(["runs", "zero"], lines);
    }

    [Fact]
    [Trait("Spec", "process.terminal"), Trait("Spec", "root.readonly")]
    public async Task Run_WhenTheRootIsReadOnlyAndDevIsTheImages_ThenThereIsATerminalAllTheSame()
    {
        var container = await _scene.CreateAsync(
            "tty; touch /dev/new 2>/dev/null || echo refused; test -c /dev/console && echo console",
            spec => Only(spec, "/proc", "/dev/pts") with
            {
                Root = spec.Root! with { Readonly = true },
                Process = spec.Process! with { Terminal = true },
            },
            terminal: true);
        await container.StartAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        await container.Init.Exited.WaitAsync(SpecScene.Limit);
        await container.Init.Stdio.Drained.WaitAsync(SpecScene.Limit);
        await _scene.EndAsync(container);

        Assert.Equal(
            ["/dev/pts/0", "refused", "console"],
            (await File.ReadAllTextAsync(_scene.Output)).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData(0, 0, "[]")]
    [InlineData(80, 0, "[]")]
    [InlineData(500, 9, "[9 500]")]
    [Trait("Spec", "process.consoleSize")]
    public async Task Run_WhenTheConsolesSizeIsOdd_ThenItIsThatOrNone(ushort width, ushort height, string expected)
    {
        var container = await _scene.CreateAsync("echo [$(stty size 2>/dev/null)]", spec => spec with
        {
            Process = spec.Process! with
            {
                Terminal = true, ConsoleSize = new ConsoleSize(width, height),
            },
        }, terminal: true);
        await container.StartAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        await container.Init.Exited.WaitAsync(SpecScene.Limit);
        await container.Init.Stdio.Drained.WaitAsync(SpecScene.Limit);
        await _scene.EndAsync(container);

        Assert.Equal(expected, (await File.ReadAllTextAsync(_scene.Output)).Trim());
    }

    [Fact]
    [Trait("Spec", "annotations")]
    public async Task Run_WhenAnnotationsAndPropertiesAreUnknown_ThenTheyAreIgnored()
    {
        using var container = new RealContainer(
            spec => spec with { Annotations = new Dictionary<string, string> { ["org.example.unknown"] = "x" } },
            "echo", "runs");
        var path = Path.Join(container.Bundle, "config.json");
        var spec = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        spec["unknown"] = new JsonObject { ["deep"] = new JsonArray(1, 2) };
        spec["process"]!["unknown"] = true;
        spec["linux"]!["unknown"] = "x";
        await File.WriteAllTextAsync(path, spec.ToJsonString());

        Assert.Equal((0, "runs\n"), await container.RunAsync().WaitAsync(SpecScene.Limit));
    }

    [Fact]
    public async Task Start_WhenTheConfigHasChangedSinceCreate_ThenItDoesNotMatter()
    {
        using var container = new RealContainer(null, "echo", "as created");
        await container.CreateAsync();
        await File.WriteAllTextAsync(Path.Join(container.Bundle, "config.json"), "{}");
        await container.Container.StartAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        await container.Container.Init.Exited.WaitAsync(SpecScene.Limit);
        await container.Container.Init.Stdio.Drained.WaitAsync(SpecScene.Limit);
        await container.EndAsync();

        Assert.Equal("as created\n", await File.ReadAllTextAsync(container.Log));
    }

    public void Dispose() => _scene.Dispose();

    private static Spec Only(Spec spec, params string[] destinations) => spec with
    {
        Mounts = [.. spec.Mounts.Where(mount => destinations.Contains(mount.Destination))],
        Linux = spec.Linux with { MaskedPaths = [], ReadonlyPaths = [] },
    };
}
