namespace ShimService.Engine.Resources;

/// <summary>Weights of cgroup v1 as v2 counts them.</summary>
internal static class CpuWeight
{
    /// <summary>
    /// cpu.shares (2 to 262144, default 1024) to cpu.weight (1 to 10000, default 100): the curve through both ends and
    /// the default, as runc ≥ 1.3.2 and crun ≥ 1.23 have it. 0 stays 0: unset.
    /// </summary>
    public static ulong FromShares(ulong shares)
    {
        if (shares <= 2)
        {
            return shares == 0 ? 0UL : 1;
        }

        if (shares >= 262144)
        {
            return 10000;
        }

        double log = Math.Log2(shares);
        return (ulong)Math.Ceiling(Math.Pow(10, (((log * log) + (125 * log)) / 612) - (7.0 / 34)));
    }

    /// <summary>blkio.weight (10 to 1000) to io.weight (1 to 10000).</summary>
    public static ulong FromBlockIo(ulong weight) => 1 + ((weight - 10) * 9999 / 990);
}
