namespace ShimService.Tasks.Stats;

/// <summary>
/// Everything the kernel counts for a container, under its own names: "file" for a file with one number, "file key" for
/// a line of one with many. What the host lacks is not there. Immutable once it is handed out.
/// </summary>
public sealed class CgroupCounters(CgroupGeneration generation)
{
    /// <summary>What "max" in a file says: no limit.</summary>
    public const ulong NoLimit = ulong.MaxValue;

    private readonly Dictionary<string, ulong> _numbers = [];
    private readonly List<DeviceCounter> _devices = [];
    private readonly List<string> _pageSizes = [];

    public CgroupGeneration Generation => generation;

    /// <summary>0 where there is none.</summary>
    public ulong this[string name] => _numbers.GetValueOrDefault(name);

    public int Count => _numbers.Count;

    public IReadOnlyList<DeviceCounter> Devices => _devices;

    /// <summary>Sizes of huge pages that are counted, as the files are named: "2MB".</summary>
    public IReadOnlyList<string> PageSizes => _pageSizes;

    public ResourcePressure? CpuPressure { get; set; }

    public ResourcePressure? MemoryPressure { get; set; }

    public ResourcePressure? IoPressure { get; set; }

    public bool Has(string name) => _numbers.ContainsKey(name);

    public void Set(string name, ulong value) => _numbers[name] = value;

    public void Add(DeviceCounter counter) => _devices.Add(counter);

    public void AddPageSize(string size) => _pageSizes.Add(size);
}
