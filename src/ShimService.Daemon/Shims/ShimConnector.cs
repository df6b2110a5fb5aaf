using ShimService.Daemon.Configuration;
using ShimService.Rpc;

namespace ShimService.Daemon.Shims;

/// <summary>Starts shims and connects to them.</summary>
internal sealed class ShimConnector(string shims, IShimLauncher launcher, DaemonOptions options, TimeProvider time)
{
    /// <summary>Starts a shim in a directory of its own. Errors: DaemonException; then nothing is left.</summary>
    public async Task<Shim> StartAsync(CancellationToken cancel)
    {
        var directory = ShimDirectory.Make(shims);
        try
        {
            await launcher.StartAsync(directory, cancel);
            var channel = await TryConnectAsync(directory, cancel)
                ?? throw new DaemonException($"the shim in {directory.Path} started but refuses connections");
            var shim = await IntroduceAsync(directory, null, channel, cancel);
            shim.Note();
            return shim;
        }
        catch
        {
            directory.Remove();
            throw;
        }
    }

    /// <summary>
    /// Finds the shim of an earlier shimd; null when it is dead. Errors: DaemonException when it hangs.
    /// </summary>
    public async Task<Shim?> TryFindAsync(ShimDirectory directory, ShimRecord? record, CancellationToken cancel)
    {
        var channel = await TryConnectAsync(directory, cancel);
        var group = string.IsNullOrEmpty(record?.Group) ? null : (GroupKey?)new GroupKey(record.Group);
        return channel is null ? null : await IntroduceAsync(directory, group, channel, cancel);
    }

    /// <summary>A new connection to a shim; null when nobody listens there any more.</summary>
    public async Task<RpcChannel?> TryConnectAsync(ShimDirectory directory, CancellationToken cancel)
    {
        try
        {
            return await TtrpcChannel.ConnectAsync(directory.Socket, cancel)
                .WaitAsync(options.ShimConnectLimit, time, cancel);
        }
        catch (Exception error) when (error is RpcException or TimeoutException)
        {
            return null;
        }
    }

    private async Task<Shim> IntroduceAsync(
        ShimDirectory directory, GroupKey? group, RpcChannel channel, CancellationToken cancel)
    {
        try
        {
            var info = await channel.UnaryAsync(
                    Shim.OwnService, "Info", new ShimContracts.InfoRequest(), ShimContracts.InfoResponse.Parser, cancel)
                .WaitAsync(options.ShimConnectLimit, time, cancel);
            return new Shim(directory, group, channel, ShimProcess.Of((int)info.Pid));
        }
        catch (Exception error) when (error is RpcException or TimeoutException)
        {
            await channel.DisposeAsync();
            throw new DaemonException($"the shim in {directory.Path} does not say who it is: {error.Message}", error);
        }
    }
}
