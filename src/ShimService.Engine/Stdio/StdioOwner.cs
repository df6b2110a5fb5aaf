using ShimService.Engine.Launching;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio;

/// <summary>
/// Who owns the container's ends of its pipes, as the host numbers users: what /dev/stdout can be opened by again.
/// </summary>
public readonly record struct StdioOwner(uint Uid, uint Gid)
{
    /// <summary>
    /// The process's user, but what the caller chose for the container's root, and for the group of all. Pure.
    /// </summary>
    internal static StdioOwner Of(UserSpec user, LinuxSpec linux, StreamOptions streams)
    {
        var uid = HostIds.Of(user.Uid, linux.UidMappings);
        var gid = HostIds.Of(user.Gid, linux.GidMappings);
        return new StdioOwner(user.Uid == 0 ? streams.OwnerUid ?? uid : uid, streams.OwnerGid ?? gid);
    }
}
