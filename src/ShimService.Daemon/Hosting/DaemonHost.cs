using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Console;
using ShimService.Daemon.Configuration;
using ShimService.Daemon.Files;
using ShimService.Daemon.Grpc;
using ShimService.Daemon.Shims;
using ShimService.Daemon.Verbs.Creation;

namespace ShimService.Daemon.Hosting;

/// <summary>
/// One run of shimd:
/// <code>
/// directories → locks → parts → what an earlier run left → serve … SIGTERM → open calls end → locks free
/// </code>
/// </summary>
internal static class DaemonHost
{
    public static async Task<int> RunAsync(DaemonOptions options)
    {
        try
        {
            EngineNames.Check(options);
            var layout = new StateLayout(options);
            layout.Prepare();
            using var stateLock = InstanceLock.Take(layout.StateLock);
            using var rootLock = InstanceLock.Take(layout.RootLock);
            await ServeAsync(options, layout);
            return ExitStatus.Fine;
        }
        catch (DaemonException error)
        {
            await Console.Error.WriteLineAsync($"shimd: {error.Message}");
            return ExitStatus.CannotStart;
        }
    }

    private static async Task ServeAsync(DaemonOptions options, StateLayout layout)
    {
        var binary = ShimBinary.Find(options.Shim);
        var builder = WebApplication.CreateSlimBuilder();
        ConfigureLogging(builder.Logging);
        ConfigureServer(builder, layout.Socket, options);
        await using var app = builder.Build();
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        await using var parts = new DaemonParts(
            options, layout, new ShimBinary(binary, layout.Socket, options), TimeProvider.System, loggers);
        await parts.StartAsync(CancellationToken.None);
        app.Lifetime.ApplicationStopping.Register(parts.EndCalls);
        var logger = loggers.CreateLogger("ShimService.Daemon");
        var manager = ServiceManager.FromEnvironment();
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            logger.Serving(DaemonVersion.Text, layout.Socket, options.State, options.Root, binary);
            manager?.Tell("READY=1");
        });
        app.Lifetime.ApplicationStopping.Register(() =>
        {
            logger.Stopping();
            manager?.Tell("STOPPING=1");
        });
        app.MapServiceTables(parts.Tables, GrpcOptions(logger));
        await app.RunAsync();
    }

    private static void ConfigureLogging(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.AddFilter("Microsoft", LogLevel.Warning);
    }

    private static void ConfigureServer(WebApplicationBuilder builder, string socket, DaemonOptions options)
    {
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopLimit);
        builder.Services.Configure<SocketTransportOptions>(transport =>
            transport.CreateBoundListenSocket = _ => DaemonSocket.Bind(socket));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var logger = kestrel.ApplicationServices.GetRequiredService<ILoggerFactory>()
                .CreateLogger("ShimService.Daemon.Peers");
            kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => PeerGuard.Guard(next, logger)));
            kestrel.ListenGrpc(socket);
        });
    }

    private static GrpcServerOptions GrpcOptions(ILogger logger) => new()
    {
        Files =
        [
            Contracts.V1.TaskReflection.Descriptor,
            Contracts.V1.EventReflection.Descriptor,
            Contracts.V1.NetworkReflection.Descriptor,
            Contracts.V1.VolumeReflection.Descriptor,
            Contracts.V1.SystemReflection.Descriptor,
            Contracts.Containerd.Task.V3.TaskReflection.Descriptor,
            Contracts.Containerd.Task.V2.TaskReflection.Descriptor,

            // No service, but what errors carry: grpcurl asks for it to show their details.
            Contracts.Google.Rpc.ErrorDetailsReflection.Descriptor,
        ],
        Unexpected = (context, error) => logger.HandlerFailed(error, context.Service, context.Method),
    };
}
