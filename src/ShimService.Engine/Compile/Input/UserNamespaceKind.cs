namespace ShimService.Engine.Compile.Input;

/// <summary>Whose user namespace a process lives in.</summary>
public enum UserNamespaceKind
{
    /// <summary>The shim's.</summary>
    Own,

    /// <summary>A new one, or one that is joined.</summary>
    Foreign,
}
