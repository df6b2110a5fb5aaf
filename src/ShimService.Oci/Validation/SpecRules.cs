using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>
/// What a spec must satisfy before anything is done with it, one file per section. Pure: nothing is looked up on the
/// host. The first fault found is thrown as a <see cref="SpecException"/>.
/// </summary>
public static class SpecRules
{
    public static void Check(Spec spec)
    {
        VersionRules.Check(spec.OciVersion);
        if (spec.Root is not { Path.Length: > 0 } root)
        {
            throw new SpecException("root.path", "is required");
        }

        PathRules.CheckText(root.Path, "root.path");
        NamespaceRules.Check(spec);
        HostnameRules.Check(spec);
        if (spec.Process is { } process)
        {
            ProcessRules.Check(process, "process");
        }

        MountRules.Check(spec);
        AnnotationRules.Check(spec.Annotations);
        HookRules.Check(spec.Hooks);
        DeviceRules.Check(spec.Linux.Devices);
        PathRules.CheckText(spec.Linux.CgroupsPath, "linux.cgroupsPath");
        if (spec.Linux.Resources is { } resources)
        {
            ResourceRules.Check(resources, "linux.resources");
        }

        if (spec.Linux.Seccomp is { } seccomp)
        {
            SeccompRules.Check(seccomp, "linux.seccomp");
        }

        PathRules.CheckAbsolute(spec.Linux.MaskedPaths, "linux.maskedPaths");
        PathRules.CheckAbsolute(spec.Linux.ReadonlyPaths, "linux.readonlyPaths");
        PathRules.CheckLabel(spec.Linux.MountLabel, "linux.mountLabel");
        if (spec.Linux.IntelRdt is { } rdt)
        {
            IntelRdtRules.Check(rdt, "linux.intelRdt");
        }

        CpuListRules.Check(spec.Linux.MemoryPolicy?.Nodes ?? "", "linux.memoryPolicy.nodes");
        SysctlRules.Check(spec);
    }
}
