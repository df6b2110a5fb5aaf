using System.Text;
using ShimService.Engine.Compile.Input;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// process.apparmorProfile and process.selinuxLabel, which the next execve takes effect of, linux.mountLabel, and the
/// label of the session keyring. Written through the host's /proc, which the compiler has looked at, below which no
/// link is followed out and no mount crossed: nothing a container or an image has made is ever written to
/// (CVE-2019-16884, CVE-2025-52881).
/// </summary>
internal static class SecurityLabelSection
{
    /// <summary>What AppArmor calls a process without a profile: also what it is where there is no AppArmor.</summary>
    private const string Unconfined = "unconfined";

    /// <param name="plan">Appended to.</param>
    /// <param name="process">Validated.</param>
    /// <param name="host">With its security modules.</param>
    /// <param name="keyring">The session keyring that follows; null = none.</param>
    internal static void Append(PlanBuilder plan, ProcessSpec process, HostPicture host, string? keyring)
    {
        var profile = process.ApparmorProfile;
        if (profile.Length > 0 && Applies(profile, host))
        {
            var own = host.Paths.Look("/proc/self/attr/apparmor/exec").Kind == PathKind.File;
            Write(plan, "set the AppArmor profile", own ? "apparmor/exec" : "exec", $"exec {profile}", profile,
                "no such profile is loaded: load it with apparmor_parser -r, or change process.apparmorProfile");
        }

        var label = process.SelinuxLabel;
        if (label.Length > 0)
        {
            Check(host, SecurityModules.Selinux, "process.selinuxLabel", label);
            const string hint = "the policy that is loaded does not know this context, or does not let the shim set it";
            Write(plan, "set the SELinux label", "exec", label, label, hint);
            if (keyring is not null)
            {
                Write(plan, "set the SELinux label of the keyring", "keycreate", label, label, hint);
            }
        }
    }

    /// <summary>Errors: <see cref="TaskException"/> for a mount label on a host that has none.</summary>
    internal static void CheckMounts(LinuxSpec linux, HostPicture host)
    {
        if (linux.MountLabel.Length > 0)
        {
            Check(host, SecurityModules.Selinux, "linux.mountLabel", linux.MountLabel);
        }
    }

    private static bool Applies(string profile, HostPicture host)
    {
        if (profile == Unconfined && (host.Security & SecurityModules.AppArmor) == 0)
        {
            return false;
        }

        Check(host, SecurityModules.AppArmor, "process.apparmorProfile", profile);
        return true;
    }

    private static void Check(HostPicture host, SecurityModules needed, string field, string value)
    {
        if ((host.Security & needed) == 0)
        {
            var name = needed == SecurityModules.AppArmor ? "AppArmor" : "SELinux";
            throw new TaskException(ErrorKind.FailedPrecondition, ErrorReason.HostLacks,
                $"{field}: \"{value}\" needs {name}, which this host's kernel has not or has turned off; leave it out, or "
                + $"boot with {(needed == SecurityModules.AppArmor ? "apparmor=1" : "selinux=1 and a policy")}")
            {
                Field = field,
            };
        }
    }

    private static void Write(PlanBuilder plan, string step, string file, string value, string subject, string hint)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var proc = plan.Call(step, Clauses.LinuxProcess, SystemCall.Openat, KernelValues.WorkingDirectory, "/proc",
            OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        var opened = plan.Call(step, Clauses.LinuxProcess, SystemCall.Openat2, proc, $"thread-self/attr/{file}",
            PlanArgument.OpenHow(
                OpenFlags.WriteOnly | OpenFlags.CloseOnExec,
                ResolveFlags.Beneath | ResolveFlags.NoMagicLinks | ResolveFlags.NoCrossMount),
            PlanArgument.OpenHowSize);
        plan.Call(step, Clauses.LinuxProcess, SystemCall.Write, opened, bytes, bytes.Length).AtLeast(bytes.Length)
            .On(subject).Hint(hint);
    }
}
