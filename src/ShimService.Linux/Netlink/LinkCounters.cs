namespace ShimService.Linux.Netlink;

/// <summary>What an interface has carried since it was made. Source: struct rtnl_link_stats64.</summary>
public readonly record struct LinkCounters(
    ulong ReceivedPackets, ulong SentPackets, ulong ReceivedBytes, ulong SentBytes,
    ulong ReceiveErrors, ulong SendErrors, ulong ReceiveDropped, ulong SendDropped);
