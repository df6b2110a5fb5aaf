using System.Runtime.CompilerServices;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Tests.Compile;

/// <summary>
/// Listings of plans in Goldens/NAME.plan. UPDATE_GOLDENS=1 in the environment rewrites them all from what the
/// compiler answers; read the difference before you commit it.
/// </summary>
internal static class Golden
{
    internal static void Check(string name, LaunchPlan plan, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Goldens", $"{name}.plan");
        var listing = plan.ToString();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(path, listing);
        }

        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.Equal(expected.Split('\n'), listing.Split('\n'));
    }
}
