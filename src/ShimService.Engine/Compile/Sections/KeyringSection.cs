using ShimService.Linux.Errors;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// The session keyring: without one of its own the container would have the keys of whoever started the shim. No
/// property of the spec asks for it. Joined as the root that the container has, so that its execs find it.
/// </summary>
internal static class KeyringSection
{
    private const string Clause = "launch";

    /// <summary>
    /// A new keyring, for an init; null = the inherited one. A kernel without keyrings has none to share.
    /// </summary>
    internal static void Create(PlanBuilder plan, string? name)
    {
        if (name is null)
        {
            return;
        }

        Join(plan, name);

        // As the kernel makes it, plus search by its user, which is what joining it by name takes.
        plan.Call("let execs find the session keyring", Clause, SystemCall.Keyctl, KernelValues.SetKeyPermissions,
            KernelValues.SessionKeyring, KernelValues.SearchableKeyring).Tolerate(Errno.ENOSYS).On(name);
    }

    /// <summary>The container's, for one more process; a new one of that name where it has gone.</summary>
    internal static void Join(PlanBuilder plan, string? name)
    {
        if (name is not null)
        {
            plan.Call("join the session keyring", Clause, SystemCall.Keyctl, KernelValues.JoinSessionKeyring, name)
                .Tolerate(Errno.ENOSYS);
        }
    }
}
