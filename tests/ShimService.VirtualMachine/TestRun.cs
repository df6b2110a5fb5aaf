using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace ShimService.VirtualMachine;

/// <summary>Runs one test assembly in this process, with the framework that `dotnet test` uses.</summary>
internal static class TestRun
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(100);

    /// <summary>
    /// 0 = every test passed or was left out, 1 = one failed, 3 = no test has such a name, 4 = one hangs.
    /// </summary>
    public static int Run(string project, NameFilter filter, ResultLines results)
    {
        var name = new AssemblyName($"ShimService.{project}.Tests");
        var assembly = Reflector.Wrap(Assembly.Load(name));
        using var framework = new XunitTestFramework(new NullMessageSink());
        var options = new TestOptions();

        using var discoverer = framework.GetDiscoverer(assembly);
        var collector = new CaseCollector(filter);
        discoverer.Find(includeSourceInformation: false, collector, options);
        collector.Complete.Wait();
        if (collector.Cases.Count == 0)
        {
            return 3;
        }

        using ITestFrameworkExecutor executor = framework.GetExecutor(name);
        var cases = collector.Cases;
        while (cases.Count > 0)
        {
            var monitor = new RunMonitor(results);
            executor.RunTests(cases, monitor, options);
            while (!monitor.Complete.Wait(TimeSpan.FromSeconds(5)))
            {
                if (results.Hangs(Silence))
                {
                    return 4;
                }
            }

            cases = [.. (results.Again ?? []).Distinct()];
            results.Again = null;
        }

        results.Done();
        return results.Failed == 0 ? 0 : 1;
    }
}
