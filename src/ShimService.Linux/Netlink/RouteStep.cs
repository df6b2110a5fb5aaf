using ShimService.Linux.Errors;

namespace ShimService.Linux.Netlink;

/// <summary>What one change of a batch does, for its error; and the refusal that is no error for it.</summary>
internal readonly record struct RouteStep(string Name, string Subject, Errno Tolerated);
