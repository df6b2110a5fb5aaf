namespace ShimService.Engine.Compile.Input;

/// <summary>Some of the three streams.</summary>
[Flags]
public enum StdioStreams
{
    None = 0,
    Stdin = 1,
    Stdout = 2,
    Stderr = 4,
}
