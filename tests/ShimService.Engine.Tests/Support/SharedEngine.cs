using ShimService.Engine.Containers;
using ShimService.Engine.Stdio;

namespace ShimService.Engine.Tests.Support;

/// <summary>One engine for the whole test process, as in a shim: there is one reaper for one process.</summary>
public sealed class SharedEngine : IDisposable
{
    internal HandMadeCompiler Compiler { get; } = new();

    internal List<string> Warnings { get; } = [];

    internal LinuxEngine Engine { get; }

    public SharedEngine() => Engine = LinuxEngine.Open(Compiler, new StdioOptions(), new EngineOptions
    {
        LaunchLimit = TimeSpan.FromSeconds(10),
        OnWarning = warning =>
        {
            lock (Warnings)
            {
                Warnings.Add(warning);
            }
        },
    });

    public void Dispose() => Engine.Dispose();
}
