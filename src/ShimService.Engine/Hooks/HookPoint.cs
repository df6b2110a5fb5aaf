using System.Globalization;
using ShimService.Oci.Model;

namespace ShimService.Engine.Hooks;

/// <summary>One hook and its place in the list of its kind, from 0.</summary>
internal sealed record HookPoint(HookKind Kind, int Index, HookSpec Hook)
{
    /// <summary>What errors and listings call it: "prestart hook 0".</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{HookNames.Text(Kind)} hook {Index}");

    /// <summary>The name and the program.</summary>
    public override string ToString() => $"{Name} ({Hook.Path})";

    /// <summary>All hooks of a kind, in the order they are run.</summary>
    public static IEnumerable<HookPoint> All(HooksSpec hooks, HookKind kind)
    {
        var list = hooks.Of(kind);
        for (var i = 0; i < list.Count; i++)
        {
            yield return new HookPoint(kind, i, list[i]);
        }
    }
}
