using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Process;

/// <summary>Who a process is, where it starts, and what it may execute. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class IdentityTests : IDisposable
{
    private const int OwnerOnly = 0x1C0;
    private static readonly string[] Overrides = ["CAP_DAC_OVERRIDE"];
    private readonly SpecScene _scene = new();

    [Fact]
    [Trait("Spec", "process.cwd")]
    public async Task Exec_WhenTheWorkingDirectoryIsAnothers_ThenRootEntersIt()
    {
        Private("root", 42);
        var container = await _scene.StartAsync("pwd; sleep 100", spec => spec.WithProcess(
            process => process with { Cwd = "/root", User = new UserSpec { Uid = 42 } }));
        var lines = await _scene.ExecAsync(container, "pwd; id -u", process => process with { Cwd = "/root" });
        await RealContainer.UntilAsync(() => File.ReadAllText(_scene.Output).Length > 0);
        await _scene.EndAsync(container);

        Assert.Equal(["/root", "0"], lines);
        Assert.Equal("/root\n", await File.ReadAllTextAsync(_scene.Output));
    }

    [Fact]
    [Trait("Spec", "process.cwd")]
    public async Task Run_WhenTheUserMayNotEnterTheWorkingDirectory_ThenItStartsThereAllTheSame()
    {
        Private("root", 0);
        var lines = await _scene.RunAsync("id -u; pwd; ls . 2>/dev/null || echo closed", spec => spec.WithProcess(
            process => process with { Cwd = "/root", User = new UserSpec { Uid = 42 } }));

        Assert.Equal(["42", "/root", "closed"], lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "process.args")]
    public async Task Run_WhenOnlyItsOwnerMayExecuteTheProgram_ThenAUserNeedsTheCapabilityForIt(bool capable)
    {
        var program = Path.Join(_scene.Rootfs, "closed");
        File.Copy(Path.Join(_scene.Rootfs, "usr/bin/busybox"), program);
        File.SetUnixFileMode(program, (UnixFileMode)OwnerOnly);
        Spec AsUser(Spec spec) => spec.WithProcess(process => process with
        {
            Args = ["/closed", "id", "-u"],
            User = new UserSpec { Uid = 1000, Gid = 100 },
            Capabilities = !capable ? null : new LinuxCapabilities
            {
                Bounding =
                    Overrides, Permitted = Overrides, Effective = Overrides, Inheritable = Overrides, Ambient = Overrides,
            },
        });
        if (capable)
        {
            // busybox goes by the name it is called with.
            File.Move(program, Path.Join(_scene.Rootfs, "id"));
            Assert.Equal(["1000"], await _scene.RunAsync("", spec => AsUser(spec).WithProcess(
                process => process with { Args = ["/id", "-u"] })));
        }
        else
        {
            var refused = await Assert.ThrowsAsync<TaskException>(() => _scene.RunAsync("", AsUser));
            Assert.Equal("EACCES", refused.Errno);
            Assert.Contains("/closed", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Spec", "process.user.additionalGids")]
    [Trait("Spec", "process.user.umask")]
    public async Task Exec_WhenUserGroupsAndMaskAreGiven_ThenItHasThese()
    {
        var container = await _scene.StartAsync("umask; sleep 100", spec => spec.WithProcess(
            process => process with { User = process.User with { Umask = 63 } }));
        var lines = await _scene.ExecAsync(container, "id -u; id -g; id -G; umask", process => process with
        {
            User = new UserSpec { Uid = 1000, Gid = 1001, AdditionalGids = [100, 99], Umask = 63 },
        });
        await RealContainer.UntilAsync(() => File.ReadAllText(_scene.Output).Length > 0);
        await _scene.EndAsync(container);

        Assert.Equal(["1000", "1001"], lines[..2]);
        Assert.Equal(["99", "100", "1001"], lines[2].Split(' ').OrderBy(gid => gid.Length).ThenBy(gid => gid));
        Assert.Equal("0077", lines[3]);
        Assert.Equal("0077\n", await File.ReadAllTextAsync(_scene.Output));
    }

    [Theory]
    [InlineData(PersonalityDomain.Linux, "00000000")]
    [InlineData(PersonalityDomain.Linux32, "00000008")]
    [Trait("Spec", "linux.personality")]
    public async Task Run_WhenTheFilterDeniesToChangeThePersonality_ThenItIsTheSpecsByThen(
        PersonalityDomain domain, string shown)
    {
        const string script = "cat /proc/self/personality; /usr/bin/busybox uname -m";
        Spec Filtered(Spec spec) => spec.WithLinux(linux => linux with
        {
            Personality = domain,
            Seccomp = new LinuxSeccomp
            {
                DefaultAction = SeccompAction.Allow,
                Syscalls = [new LinuxSyscallRule { Names = ["personality"], Action = SeccompAction.Errno }],
            },
        });
        var container = await _scene.StartAsync($"{script}; sleep 100", Filtered);
        var exec = await _scene.ExecAsync(container, script);
        await RealContainer.UntilAsync(() => File.ReadAllLines(_scene.Output).Length >= 2);
        await _scene.EndAsync(container);

        Assert.Equal(shown, exec[0]);
        Assert.Equal(exec, await File.ReadAllLinesAsync(_scene.Output));
        Assert.True(domain == PersonalityDomain.Linux || exec[1] is not "x86_64" and not "aarch64", exec[1]);
    }

    public void Dispose() => _scene.Dispose();

    private void Private(string directory, uint owner)
    {
        var path = Path.Join(_scene.Rootfs, directory);
        File.SetUnixFileMode(path, (UnixFileMode)OwnerOnly);
        HostFiles.Chown(path, owner, owner);
    }
}
