using System.Globalization;

namespace ShimService.Engine.Tests.Fuzzing;

/// <summary>
/// How many inputs, and from which on: SHIMSERVICE_FUZZ and SHIMSERVICE_FUZZ_SEED. Input n is that of seed + n, so a
/// failure that names its seed comes back with SHIMSERVICE_FUZZ=1 and that seed.
/// </summary>
internal sealed record FuzzOptions(int Count, int Seed)
{
    public static FuzzOptions Of(int count) =>
        new(Read("SHIMSERVICE_FUZZ") ?? count, Read("SHIMSERVICE_FUZZ_SEED") ?? 20261122);

    private static int? Read(string name) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
