using ShimService.Engine.Compile.Input;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Process;

/// <summary>
/// Labels of processes, mounts and keyrings where SELinux is at work: those containers usually have where the policy
/// knows them, else the one of this process, which it knows for sure.
/// </summary>
[Collection(EngineCollection.Name)]
public sealed class SelinuxTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly string Process = Known("system_u:system_r:container_t:s0:c1,c2");
    private static readonly string Other = Known("system_u:system_r:container_t:s0:c3");
    private static readonly string Files = Known("system_u:object_r:container_file_t:s0:c1,c2");

    [LabelTheory(SecurityModules.Selinux)]
    [Trait("Spec", "process.selinuxLabel")]
    [Trait("Spec", "linux.mountLabel")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_WhenLabelsAreGiven_ThenProcessesMountsAndKeyringHaveThem(bool newUserNamespace)
    {
        using var container = new RealContainer(
            spec => Labelled(newUserNamespace ? InUserNamespace(spec) : spec), "sh", "-c",
            "cat /proc/keys; cat /proc/self/mountinfo; echo done; sleep 100");
        await container.StartAsync();
        await RealContainer.UntilAsync(
            () => File.ReadAllText(container.Log).Contains("done\n", StringComparison.Ordinal));
        var lines = await File.ReadAllLinesAsync(container.Log);
        var pid = container.Container.Init.Pid.Value;
        var ring = Assert.Single(
            lines, line => line.Contains($" _ses.{container.Id}:", StringComparison.Ordinal)).Split(' ')[0];
        var found = (
            Init: Label(await File.ReadAllTextAsync($"/proc/{pid}/attr/current")),
            // Only its owner may look, which this process is not in the other case.
            Keyring: newUserNamespace ? Process : Labels.OfKey(ring),
            Devices: Labels.OfFile($"/proc/{pid}/root/dev"),
            Queue: Labels.OfFile($"/proc/{pid}/root/dev/mqueue"),
            Proc: Labels.OfFile($"/proc/{pid}/root/proc/version"));
        var (_, exec) = await container.ExecAsync(_ => { }, "cat", "/proc/self/attr/current");
        var (_, other) = await container.ExecAsync(
            process => process["selinuxLabel"] = Other, "cat", "/proc/self/attr/current");
        await container.EndAsync();

        Assert.Equal((Process, Process, Files, Files), (found.Init, found.Keyring, found.Devices, found.Queue));
        Assert.Equal((Process, Other), (Label(exec), Label(other)));
        var mount = Assert.Single(lines, line => line.Contains(" /dev ", StringComparison.Ordinal));
        Assert.Contains(
            $"context={Files}", mount.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);

        // The policy says what /proc is; a label of the container's would let it write there.
        Assert.True(found.Proc != Files || Files == Process, found.Proc);
    }

    [LabelFact(SecurityModules.Selinux)]
    [Trait("Spec", "process.selinuxLabel")]
    public async Task Exec_WhenItsLabelIsUnknown_ThenRefusedAndTheContainerRunsOn()
    {
        using var container = new RealContainer(Labelled, "sleep", "100");
        await container.StartAsync();
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.ExecAsync(
            process => process["selinuxLabel"] = "no:such:context:s0", "true"));
        var (status, _) = await container.ExecAsync(_ => { }, "true");
        await container.EndAsync();

        Assert.Equal("EINVAL", refused.Errno);
        Assert.Contains("policy", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, status);
    }

    [LabelFact(SecurityModules.Selinux)]
    [Trait("Spec", "linux.mountLabel")]
    public async Task Create_WhenTheMountLabelIsUnknown_ThenTheStepIsNamedAndNothingIsLeft()
    {
        using var container = new RealContainer(
            spec => spec with { Linux = spec.Linux with { MountLabel = "no:such:context:s0" } }, "true");
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Contains("mount /", refused.Message, StringComparison.Ordinal);
        Assert.Equal("EINVAL", refused.Errno);
        Assert.Empty(Host.Cgroups(container.Id));
    }

    private static Spec Labelled(Spec spec) => spec with
    {
        Process = spec.Process! with { SelinuxLabel = Process },
        Linux = spec.Linux with { MountLabel = Files, MaskedPaths = [] },
    };

    private static Spec InUserNamespace(Spec spec) => spec with
    {
        Linux = spec.Linux with
        {
            Namespaces = [.. spec.Linux.Namespaces, new LinuxNamespace(LinuxNamespaceKind.User)],
            UidMappings = [new LinuxIdMapping(0, 100000, 65536)],
            GidMappings = [new LinuxIdMapping(0, 100000, 65536)],
            Sysctl = new Dictionary<string, string>(),
        },
    };

    private static string Known(string label)
    {
        try
        {
            File.WriteAllText("/sys/fs/selinux/context", label);
            return label;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return File.Exists("/proc/self/attr/current") ? Own() : "";
        }
    }

    private static string Own()
    {
        try
        {
            return Label(File.ReadAllText("/proc/self/attr/current"));
        }
        catch (IOException)
        {
            // No security module at all.
            return "";
        }
    }

    private static string Label(string text) => text.TrimEnd('\0', '\n');
}
