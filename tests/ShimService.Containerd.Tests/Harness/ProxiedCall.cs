using ShimService.Contracts.Ttrpc;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>A request that went through a <see cref="TtrpcProxy"/>, and what became of it.</summary>
internal sealed record ProxiedCall(Request Request, ProxiedFate Fate);
