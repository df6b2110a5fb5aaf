namespace ShimService.Shim;

internal static class ShimVersion
{
    /// <summary>Of this program, for people and for InfoResponse.</summary>
    public static string Text { get; } = typeof(ShimVersion).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>Of the Task service, for ConnectResponse: the newest this program serves.</summary>
    public const string Api = "3";
}
