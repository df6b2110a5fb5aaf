using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Arguments;

/// <summary>From <see cref="NamingOptions"/> into a config.</summary>
internal static class NamingRequests
{
    public static void AddTo(ContainerConfig config, NamingOptions options, ParseResult parsed)
    {
        config.ExtraHosts.Add(parsed.GetValue(options.ExtraHosts));
        config.Dns.Add(parsed.GetValue(options.Dns));
        config.DnsSearch.Add(parsed.GetValue(options.DnsSearch));
        config.DnsOptions.Add(parsed.GetValue(options.DnsOptions));
        config.Init = parsed.GetValue(options.Init);
        if (parsed.GetValue(options.StopSignal) is { } signal)
        {
            config.StopSignal = SignalWords.Parse(signal);
        }

        if (parsed.GetValue(options.StopTimeout) is { } seconds)
        {
            config.StopTimeoutSeconds = seconds;
        }
    }
}
