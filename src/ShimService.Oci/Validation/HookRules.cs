using ShimService.Oci.Model;

namespace ShimService.Oci.Validation;

/// <summary>Rules for hooks.</summary>
internal static class HookRules
{
    internal static void Check(HooksSpec hooks)
    {
        for (var kind = HookKind.Prestart; kind <= HookKind.Poststop; kind++)
        {
            var list = hooks.Of(kind);
            for (var i = 0; i < list.Count; i++)
            {
                Check(list[i], $"hooks.{HookNames.Text(kind)}[{i}]");
            }
        }
    }

    private static void Check(HookSpec hook, string field)
    {
        if (hook.Path.Length == 0)
        {
            throw new SpecException($"{field}.path", "is required");
        }

        PathRules.CheckAbsolute(hook.Path, $"{field}.path");
        for (var i = 0; i < hook.Args.Count; i++)
        {
            ProcessRules.CheckArgument(hook.Args[i], $"{field}.args", i);
        }

        if (hook.Env is { } env)
        {
            ProcessRules.CheckEnvironment(env, $"{field}.env");
        }

        if (hook.Timeout is <= 0)
        {
            throw new SpecException($"{field}.timeout", $"{hook.Timeout} must be more than 0 seconds");
        }
    }
}
