using System.CommandLine;

namespace ShimService.Cli.Arguments;

/// <summary>Names a container knows, and how it begins and ends; by the names of Docker's client.</summary>
internal sealed class NamingOptions
{
    public Option<string[]> ExtraHosts { get; } =
        ContainerOptions.Many("--add-host", "NAME:ADDRESS", "a line of /etc/hosts; the address may be host-gateway");

    public Option<string[]> Dns { get; } = ContainerOptions.Many("--dns", "ADDRESS", "a name server");

    public Option<string[]> DnsSearch { get; } =
        ContainerOptions.Many("--dns-search", "DOMAIN", "where short names are looked up; . = nowhere");

    public Option<string[]> DnsOptions { get; } =
        ContainerOptions.Many("--dns-option", "OPTION", "an option of the resolver", "--dns-opt");

    public Option<bool> Init { get; } =
        new("--init") { Description = "a process in front that reaps and hands signals on" };

    public Option<string?> StopSignal { get; } =
        ContainerOptions.Text("--stop-signal", "SIGNAL", "what stop sends; default TERM");

    public Option<int?> StopTimeout { get; } =
        new("--stop-timeout") { Description = "seconds that stop waits; default 10", HelpName = "N" };

    public Option<string?> Engine { get; } =
        ContainerOptions.Text("--engine", "NAME", "what runs it; info lists them", "--runtime");

    public IEnumerable<Symbol> Symbols =>
        [ExtraHosts, Dns, DnsSearch, DnsOptions, Init, StopSignal, StopTimeout, Engine];
}
