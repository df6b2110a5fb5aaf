namespace ShimService.Tasks.Values;

/// <summary>A process id as the shim's pid namespace shows it. A name for people; identity is the pidfd.</summary>
public readonly record struct Pid(int Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
