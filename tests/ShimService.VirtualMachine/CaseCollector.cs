using Xunit.Abstractions;

namespace ShimService.VirtualMachine;

/// <summary>Takes the tests that the framework finds, and tells when it has found all.</summary>
internal sealed class CaseCollector(NameFilter filter) : IMessageSink
{
    public List<ITestCase> Cases { get; } = [];

    public ManualResetEventSlim Complete { get; } = new();

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage found when filter.Takes(found.TestCase.DisplayName):
                Cases.Add(found.TestCase);
                break;
            case IDiscoveryCompleteMessage:
                Complete.Set();
                break;
        }

        return true;
    }
}
