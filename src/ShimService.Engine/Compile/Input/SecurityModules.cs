namespace ShimService.Engine.Compile.Input;

/// <summary>Security modules of the kernel that label processes, as far as they are at work.</summary>
[Flags]
public enum SecurityModules
{
    None = 0,
    AppArmor = 1,
    Selinux = 2,
}
