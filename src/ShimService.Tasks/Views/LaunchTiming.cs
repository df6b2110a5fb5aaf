namespace ShimService.Tasks.Views;

/// <summary>How long one part of a launch took.</summary>
public sealed record LaunchTiming(string Part, TimeSpan Duration);
