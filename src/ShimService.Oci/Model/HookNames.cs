namespace ShimService.Oci.Model;

/// <summary>How a spec spells the kinds of hook.</summary>
public static class HookNames
{
    public static string Text(HookKind value) => value switch
    {
        HookKind.Prestart => "prestart",
        HookKind.CreateRuntime => "createRuntime",
        HookKind.CreateContainer => "createContainer",
        HookKind.StartContainer => "startContainer",
        HookKind.Poststart => "poststart",
        HookKind.Poststop => "poststop",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };
}
