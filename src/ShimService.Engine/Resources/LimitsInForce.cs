namespace ShimService.Engine.Resources;

/// <summary>
/// What an update must know of the limits in force: the kernel checks some against each other at every write. Null
/// where the host has no such file.
/// </summary>
/// <param name="Memory">memory.limit_in_bytes or memory.max; <see cref="long.MaxValue"/> without limit.</param>
/// <param name="MemoryAndSwap">memory.memsw.limit_in_bytes (v1).</param>
/// <param name="MemoryUsed">memory.current (v2).</param>
/// <param name="CpuMax">cpu.max (v2): "max 100000".</param>
internal sealed record LimitsInForce(long? Memory, long? MemoryAndSwap, long? MemoryUsed, string? CpuMax);
