using ShimService.Engine.Compile;
using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Sections;
using ShimService.Engine.Tests.Compile;
using ShimService.Engine.Tests.Support;
using ShimService.Linux.Abi;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Process;

/// <summary>process.apparmorProfile, process.selinuxLabel and linux.mountLabel.</summary>
[Collection(EngineCollection.Name)]
public sealed class SecurityLabelTests(SharedEngine shared)
{
    private const string Label = "system_u:system_r:container_t:s0:c1,c2";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static ContainerInput Labelled => Samples.Plain
        .WithProcess(process => process with { ApparmorProfile = "docker-default" })
        .WithLinux(linux => linux with { MaskedPaths = ["/proc/acpi"], ReadonlyPaths = [] })
        .WithMounts(
            new MountSpec { Destination = "/proc", Type = "proc", Source = "proc" },
            new MountSpec { Destination = "/dev", Type = "tmpfs", Source = "tmpfs" },
            new MountSpec { Destination = "/dev/mqueue", Type = "mqueue", Source = "mqueue" }) with
        {
            Host = Samples.Host with { Security = SecurityModules.AppArmor, Bounding = 0, Permitted = 0, LastCapability = 0 },
        };

    [Fact]
    [Trait("Spec", "process.apparmorProfile")]
    public void Compile_WhenAProfileIsGiven_ThenGolden() =>
        Golden.Check("label-apparmor", ContainerCompiler.Compile(Labelled).Plan);

    [Fact]
    [Trait("Spec", "process.selinuxLabel")]
    [Trait("Spec", "linux.mountLabel")]
    public void Compile_WhenLabelsAreGiven_ThenGolden() => Golden.Check("label-selinux", ContainerCompiler.Compile(
        Labelled.WithProcess(process => process with { ApparmorProfile = "", SelinuxLabel = Label })
            .WithLinux(linux => linux with { MountLabel = Label }) with
            {
                Host = Labelled.Host with { Security = SecurityModules.Selinux },
            }).Plan);

    [Fact]
    [Trait("Spec", "process.apparmorProfile")]
    [Trait("Spec", "process.selinuxLabel")]
    public void CompileExec_WhenItIsLabelled_ThenBeforeAnythingOfTheContainersIsJoined()
    {
        foreach (var (module, process) in new[]
        {
            (SecurityModules.AppArmor, new ProcessSpec { Args = ["a"], Cwd = "/", ApparmorProfile = "p" }),
            (SecurityModules.Selinux, new ProcessSpec { Args = ["a"], Cwd = "/", SelinuxLabel = Label }),
        })
        {
            var steps = ExecCompiler.Compile(new ExecInput
            {
                Process = process, Host = Samples.Host with { Security = module }, Joined = NamespaceFlags.Mount,
            }).Plan.Operations.Select(operation => operation.Step).ToList();
            var written = steps.FindLastIndex(step => step.StartsWith("set the AppArmor", StringComparison.Ordinal)
                || step.StartsWith("set the SELinux", StringComparison.Ordinal));

            Assert.InRange(written, 0, steps.IndexOf("join the container's namespaces"));
        }
    }

    [Theory]
    [Trait("Spec", "process.apparmorProfile")]
    [Trait("Spec", "process.selinuxLabel")]
    [Trait("Spec", "linux.mountLabel")]
    [InlineData("process.apparmorProfile", "AppArmor", SecurityModules.AppArmor)]
    [InlineData("process.selinuxLabel", "SELinux", SecurityModules.Selinux)]
    [InlineData("linux.mountLabel", "SELinux", SecurityModules.Selinux)]
    public async Task Create_WhenTheHostHasNoSuchModule_ThenRefusedByItsName(
        string field, string name, SecurityModules module)
    {
        if (LabelFactAttribute.IsAtWork(module))
        {
            // What such a host does is shown by the tests below.
            return;
        }

        using var container = new RealContainer(
            spec => spec with
            {
                Process = spec.Process! with
                {
                    ApparmorProfile = field == "process.apparmorProfile" ? "p" : "",
                    SelinuxLabel = field == "process.selinuxLabel" ? Label : "",
                },
                Linux = spec.Linux with { MountLabel = field == "linux.mountLabel" ? Label : "" },
            },
            "true");
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal((ErrorKind.FailedPrecondition, field), (refused.Kind, refused.Field));
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Empty(Host.Cgroups(container.Id));
    }

    [Fact]
    [Trait("Spec", "process.apparmorProfile")]
    public async Task Create_WhenTheKernelIsAskedAllTheSame_ThenTheFileOpensAndTheValueIsRefused()
    {
        if (LabelFactAttribute.IsAtWork(SecurityModules.AppArmor)
            || LabelFactAttribute.IsAtWork(SecurityModules.Selinux))
        {
            return;
        }

        using var bundle = new Bundle("/bin/true");
        shared.Compiler.Instead = null;
        shared.Compiler.BeforeGate = plan => SecurityLabelSection.Append(
            plan, new ProcessSpec { ApparmorProfile = "p" }, Samples.Host with { Security = SecurityModules.AppArmor }, null);
        try
        {
            var refused = await Assert.ThrowsAsync<TaskException>(() => shared.Engine.CreateAsync(
                bundle.Request(), new Observer(), CancellationToken.None).WaitAsync(Limit));

            Assert.Equal("EINVAL", refused.Errno);
            Assert.Contains("apparmor_parser", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            shared.Compiler.BeforeGate = null;
        }
    }

    [Fact]
    [Trait("Spec", "process.apparmorProfile")]
    public async Task Run_WhenNoProfileIsWanted_ThenItRunsOnEveryHost()
    {
        using var container = new RealContainer(Profile("unconfined"), "true");

        Assert.Equal(0, (await container.RunAsync().WaitAsync(Limit)).Status);
    }

    [LabelFact(SecurityModules.AppArmor)]
    [Trait("Spec", "process.apparmorProfile")]
    public async Task Create_WhenNoSuchProfileIsLoaded_ThenTheErrorSaysSo()
    {
        using var container = new RealContainer(Profile("shimservice-no-such-profile"), "true");
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal("ENOENT", refused.Errno);
        Assert.Contains("apparmor_parser", refused.Message, StringComparison.Ordinal);
    }

    [LabelFact(SecurityModules.AppArmor, "/usr/sbin/apparmor_parser")]
    [Trait("Spec", "process.apparmorProfile")]
    public async Task Run_WhenAProfileIsGiven_ThenInitAndExecAreConfinedByIt()
    {
        var name = $"shimservice-{Guid.NewGuid():N}"[..20];
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file,
            $"profile {name} flags=(attach_disconnected,mediate_deleted) {{ file, signal, ptrace, capability, network, "
            + "deny /etc/passwd r, }");
        Assert.Equal(0, await HostCommand.RunAsync("/usr/sbin/apparmor_parser", "-r", file));
        const string script = "cat /proc/self/attr/current; cat /etc/passwd || echo denied; sleep 100";
        using var container = new RealContainer(Profile(name), "sh", "-c", script);
        await container.StartAsync();
        var (_, exec) = await container.ExecAsync(_ => { }, "cat", "/proc/self/attr/current");
        await RealContainer.UntilAsync(
            () => File.ReadAllText(container.Log).Contains("denied", StringComparison.Ordinal));
        await container.EndAsync();
        await HostCommand.RunAsync("/usr/sbin/apparmor_parser", "-R", file);
        File.Delete(file);

        Assert.StartsWith($"{name} (enforce)\n", await File.ReadAllTextAsync(container.Log), StringComparison.Ordinal);
        Assert.Equal($"{name} (enforce)\n", exec);
    }

    [LabelFact(SecurityModules.Selinux)]
    [Trait("Spec", "process.selinuxLabel")]
    public async Task Create_WhenThePolicyDoesNotKnowTheLabel_ThenTheErrorSaysSo()
    {
        using var container = new RealContainer(
            spec => spec with { Process = spec.Process! with { SelinuxLabel = "no:such:context:s0" } }, "true");
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal("EINVAL", refused.Errno);
        Assert.Contains("policy", refused.Message, StringComparison.Ordinal);
    }

    private static Func<Spec, Spec> Profile(string name) =>
        spec => spec with { Process = spec.Process! with { ApparmorProfile = name } };
}
