using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Mounts;
using ShimService.Engine.Launching;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile;

/// <summary>What the sections of one compilation share. Lives as long as the compilation, on one thread.</summary>
internal sealed class Compilation
{
    internal Compilation(ContainerInput input)
    {
        Input = input;
        Tree = new ContainerTree(this);
    }

    internal ContainerInput Input { get; }

    internal Spec Spec => Input.Spec;

    internal ProcessSpec Process => Input.Spec.Process
        ?? throw new SpecException("process", "is required to create a container");

    internal PlanBuilder Plan { get; } = new();

    /// <summary>The container's mounts as far as they are planned.</summary>
    internal ContainerTree Tree { get; }

    /// <summary>The descriptors of <see cref="CgroupPlacement.TasksFiles"/>.</summary>
    internal PlanDescriptor[] TasksFiles { get; set; } = [];

    /// <summary>What is opened for the process; each is a descriptor of the plan.</summary>
    internal List<MountSource> Sources { get; } = [];

    /// <summary>What the engine copies, in the order of the plan's stops for it.</summary>
    internal List<(string Path, PlanResult Hidden, PlanResult Tmpfs)> CopyUps { get; } = [];

    internal bool NewUserNamespace => Spec.Linux.Namespace(LinuxNamespaceKind.User) is { IsNew: true };

    /// <summary>The user namespace is not the shim's, so its root has no power over what the host owns.</summary>
    internal bool ForeignUserNamespace => Spec.Linux.Namespace(LinuxNamespaceKind.User) is not null;

    internal bool IsNew(LinuxNamespaceKind kind) => Spec.Linux.Namespace(kind) is { IsNew: true };
}
