using ShimService.Network.Errors;
using ShimService.Network.Tools;

namespace ShimService.Network.Firewall;

/// <summary>
/// Our table in the kernel, changed through nft, one transaction at a time. The table is made whole by the first change
/// that needs it, and again when somebody has flushed it meanwhile. Any thread.
/// </summary>
internal sealed class NftFirewall(
    NetworkSettings settings, Func<(IReadOnlyList<NetworkRecord>, IReadOnlyList<ForwardedPort>)> truth)
    : IDisposable
{
    private const string Package = "nftables";

    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _isMade;

    /// <summary>Whether the table was made by this process.</summary>
    public bool IsMade => Volatile.Read(ref _isMade);

    /// <summary>The table as it must be now. Errors: TaskException with nft's own words.</summary>
    public async Task MakeAsync()
    {
        await _gate.WaitAsync();
        try
        {
            await MakeWholeAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Leads ports to a container that the truth already knows.</summary>
    public Task AddAsync(IReadOnlyList<ForwardedPort> ports) => ChangeAsync(FirewallScript.Add(settings.Table, ports));

    /// <summary>Of a container that the truth no longer knows.</summary>
    public Task RemoveAsync(IReadOnlyList<ForwardedPort> ports) =>
        ChangeAsync(FirewallScript.Remove(settings.Table, ports));

    /// <summary>Chains of others that drop what goes to and comes from a bridge; none where nft does not tell.</summary>
    public async Task<IReadOnlyList<string>> DroppingAsync(string bridge, bool withIPv6)
    {
        var result = await Tool.RunAsync(
            settings.Nft ?? "nft", ["list", "ruleset"], null, "", Package, settings.ToolLimit);
        return result.Status == 0 ? ForwardPolicy.Dropping(result.Output, settings.Table, bridge, withIPv6) : [];
    }

    /// <summary>Takes the table away.</summary>
    public async Task DeleteAsync()
    {
        await _gate.WaitAsync();
        try
        {
            _isMade = false;
            await RunAsync(FirewallScript.RemoveWhole(settings.Table));
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task ChangeAsync(string script)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_isMade || (await TryRunAsync(script)).Status != 0)
            {
                await MakeWholeAsync();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task MakeWholeAsync()
    {
        var (networks, ports) = truth();
        await RunAsync(FirewallScript.Whole(settings.Table, networks, ports));
        _isMade = true;
    }

    private async Task RunAsync(string script)
    {
        var result = await TryRunAsync(script);
        if (result.Status != 0)
        {
            throw NetworkErrors.Failed("set the firewall",
                $"nft refused the rules of table {settings.Table}: {result.Complaint.Split('\n')[0]}",
                "the kernel needs nf_tables with nat and fib; nft must be 0.9.4 or newer");
        }
    }

    private Task<ToolResult> TryRunAsync(string script) =>
        Tool.RunAsync(settings.Nft ?? "nft", ["-f", "-"], null, script, Package, settings.ToolLimit);
}
