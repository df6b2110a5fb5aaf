using Xunit.Abstractions;

namespace ShimService.VirtualMachine;

/// <summary>Hands everything on, and tells when the assembly's last test is over.</summary>
internal sealed class RunMonitor(ResultLines results) : IMessageSink
{
    public ManualResetEventSlim Complete { get; } = new();

    public bool OnMessage(IMessageSinkMessage message)
    {
        results.OnMessage(message);
        if (message is ITestAssemblyFinished)
        {
            Complete.Set();
        }

        return true;
    }
}
