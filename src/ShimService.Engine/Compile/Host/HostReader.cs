using System.Globalization;
using ShimService.Engine.Compile.Input;
using ShimService.Linux;
using ShimService.Linux.Paths;

namespace ShimService.Engine.Compile.Host;

/// <summary>Takes the picture of the host that plans are compiled against.</summary>
internal static class HostReader
{
    /// <summary>The picture holds on to <paramref name="root"/>. Errors: KernelException.</summary>
    internal static HostPicture Read(RootedDirectory root)
    {
        var status = Files.ReadText("/proc/self/status");
        return new HostPicture
        {
            LastCapability = int.Parse(
                Files.ReadText("/proc/sys/kernel/cap_last_cap").AsSpan().Trim(), CultureInfo.InvariantCulture),
            Bounding = Mask(status, "CapBnd:"),
            Permitted = Mask(status, "CapPrm:"),
            OnlineCpus = ThisProcess.OnlineCpus(),
            Paths = new HostPaths(root),
        };
    }

    /// <summary>The same with what may change while the shim lives.</summary>
    internal static HostPicture Now(HostPicture picture)
    {
        var confined = ThisProcess.AllowedCpus() < picture.OnlineCpus;
        return confined == picture.ShimIsConfined ? picture : picture with { ShimIsConfined = confined };
    }

    private static ulong Mask(string status, string key)
    {
        var start = status.IndexOf(key, StringComparison.Ordinal) + key.Length;
        return ulong.Parse(status.AsSpan(start, 17).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
