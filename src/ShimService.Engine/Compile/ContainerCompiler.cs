using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Sections;
using ShimService.Engine.Launching;

namespace ShimService.Engine.Compile;

/// <summary>
/// Spec to plan, the order of a container's creation: each section appends the steps its part of the spec asks for.
/// Pure: what depends on the host comes in as <see cref="ContainerInput"/>. Errors: SpecException.
/// </summary>
/// <remarks>
/// The order, and what it guards against:
/// id maps first, since nothing works before them; the cgroup before anything that costs memory, and before the
/// cgroup namespace; sysctls and oom_score_adj through the host's /proc, before the container has one (CVE-2025-52881);
/// mounts, devices and masks on descriptors beneath the root, before anything inside can run; then the root is
/// changed, and only then is anything looked up by path. Identity and capabilities go last, so that they never need
/// to be got back. All but the program's own start is done when Create returns.
/// </remarks>
internal static class ContainerCompiler
{
    internal static InitPlan Compile(ContainerInput input)
    {
        var compilation = new Compilation(input);
        var process = compilation.Process;
        var plan = compilation.Plan;
        var host = input.Host.For(
            compilation.ForeignUserNamespace ? UserNamespaceKind.Foreign : UserNamespaceKind.Own);
        StdioSection.DeclarePreserved(plan, input.Preserved);
        CgroupSection.Declare(compilation);
        UserNamespaceSection.Append(compilation);
        SessionSection.Append(plan);
        CgroupSection.Append(compilation);
        if (host.ShimIsConfined)
        {
            AffinitySection.Reset(plan);
        }

        OomScoreSection.Append(compilation);
        SecurityLabelSection.CheckMounts(input.Spec.Linux, host);
        SecurityLabelSection.Append(plan, process, host, input.Keyring);
        NamespaceSection.Append(compilation);
        KeyringSection.Create(plan, input.Keyring);
        HostnameSection.Append(compilation);
        LoopbackSection.Append(compilation);
        SysctlSection.Append(compilation);
        RootfsSection.Append(compilation);
        MountSection.Append(compilation);
        DeviceSection.Append(compilation);
        DeviceLinkSection.Append(compilation);
        var master = TerminalSection.Append(compilation);
        StdioSection.Append(compilation);
        if (input.Spec.Hooks.AnyDuringCreate)
        {
            // Everything is mounted and still writable, and nothing is hidden yet.
            plan.Rendezvous(LaunchNames.Hooks);
        }

        MaskedPathSection.Append(compilation);
        ReadonlyPathSection.Append(compilation);
        ReadonlyMountSection.Append(compilation);
        PivotSection.Append(compilation);
        RootfsSection.Finish(compilation);
        CwdSection.Append(plan, process);
        RlimitSection.Append(plan, process);
        PrioritySection.Append(plan, process, input.Spec.Linux);
        SchedulerSection.Append(plan, process);
        IdentitySection.Append(plan, process, host, input.Seccomp is not null);
        var program = new Program(process, input.Rootfs.FindHome(process.User.Uid));
        program.AppendCheck(plan);
        if (master is not null)
        {
            plan.Rendezvous(LaunchNames.Terminal);
        }

        plan.Gate(LaunchNames.Start);
        program.AppendExecute(plan, IdentitySection.AfterGate(process, host, input.Seccomp), input.Preserved);
        var built = plan.Build();
        return new InitPlan(built)
        {
            UidMap = UserNamespaceSection.Map(compilation, input.Spec.Linux.UidMappings),
            GidMap = UserNamespaceSection.Map(compilation, input.Spec.Linux.GidMappings),
            OomScoreAdjust = compilation.ForeignUserNamespace ? process.OomScoreAdj : null,
            Sources = compilation.Sources,
            CopyUps = [.. compilation.CopyUps.Select(
                copy => new CopyUp(copy.Path, built.NumberOf(copy.Hidden), built.NumberOf(copy.Tmpfs)))],
            TimeOffsets = compilation.ForeignUserNamespace ? TimeSection.Text(input.Spec) : null,
            TerminalMaster = master is { } kept ? built.NumberOf(kept) : null,
        };
    }
}
