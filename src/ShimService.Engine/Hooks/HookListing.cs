using System.Globalization;
using System.Text;
using ShimService.Engine.Compile;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Hooks;

/// <summary>Hooks as steps of an explained launch. Environments are left out: they may hold secrets.</summary>
internal static class HookListing
{
    public static void Add(List<ExplainedStep> steps, HooksSpec hooks, HookKind kind)
    {
        foreach (var point in HookPoint.All(hooks, kind))
        {
            steps.Add(new ExplainedStep($"run {point.Name}", Text(kind, point.Hook), Clauses.Hooks));
        }
    }

    private static string Text(HookKind kind, HookSpec hook)
    {
        var text = new StringBuilder("run(\"").Append(hook.Path).Append("\", [");
        for (var i = 0; i < hook.Args.Count; i++)
        {
            text.Append(i > 0 ? ", " : "").Append('"').Append(hook.Args[i]).Append('"');
        }

        text.Append("]) ").Append(kind is HookKind.CreateContainer or HookKind.StartContainer
            ? "in the container's namespaces"
            : "on the host");
        return hook.Timeout is { } seconds
            ? text.Append(CultureInfo.InvariantCulture, $", at most {seconds} s").ToString()
            : text.ToString();
    }
}
