using System.Text;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>hostname and domainname; validation saw to a uts namespace.</summary>
internal static class HostnameSection
{
    internal static void Append(Compilation compilation)
    {
        var spec = compilation.Spec;
        Set(compilation.Plan, "set hostname", Clauses.Hostname, SystemCall.Sethostname, spec.Hostname);
        Set(compilation.Plan, "set domainname", Clauses.Domainname, SystemCall.Setdomainname, spec.Domainname);
    }

    private static void Set(PlanBuilder plan, string step, string clause, SystemCall call, string name)
    {
        if (name.Length > 0)
        {
            plan.Call(step, clause, call, name, Encoding.UTF8.GetByteCount(name));
        }
    }
}
