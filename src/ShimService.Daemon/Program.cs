using ShimService.Daemon.Configuration;
using ShimService.Daemon.Hosting;

switch (CommandLine.Parse(args))
{
    case CommandLineResult.Print { Text: var text }:
        Console.Out.WriteLine(text);
        return ExitStatus.Fine;
    case CommandLineResult.Serve { Options: var options }:
        return await DaemonHost.RunAsync(options);
    case CommandLineResult.Refuse { Message: var message }:
        Console.Error.WriteLine($"shimd: {message}");
        return ExitStatus.Usage;
    default:
        throw new InvalidOperationException("the command line has no other result");
}
