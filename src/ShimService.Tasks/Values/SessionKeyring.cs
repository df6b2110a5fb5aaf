namespace ShimService.Tasks.Values;

/// <summary>The session keyring of a container's processes. Source: man 7 session-keyring.</summary>
public enum SessionKeyring
{
    /// <summary>A new one, "_ses." and the container's id, which its execs join.</summary>
    Own,

    /// <summary>That of whoever started the shim: its keys can be seen in the container.</summary>
    Inherited,
}
