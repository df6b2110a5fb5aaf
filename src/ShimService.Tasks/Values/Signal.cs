namespace ShimService.Tasks.Values;

/// <summary>A Linux signal number, 1 to 64.</summary>
public readonly record struct Signal(int Number)
{
    public static readonly Signal Kill = new(9);
    public static readonly Signal Terminate = new(15);
}
