namespace ShimService.Linux.Launch;

/// <summary>Whole pages of this process's address space.</summary>
internal readonly record struct MemoryRange(nint Start, nint Length)
{
    public nint End => Start + Length;
}
