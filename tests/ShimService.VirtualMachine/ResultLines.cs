using Xunit.Abstractions;

namespace ShimService.VirtualMachine;

/// <summary>
/// Writes what happens, a line each, fields between tabs: `started NAME`, `passed NAME SECONDS`, `skipped NAME REASON`,
/// `again NAME MESSAGE` for one that is tried once more, `failed NAME MESSAGE`, and `done PROJECT` last. Each name begins
/// with the boot's and a colon. A machine that dies leaves a test that started and did not end.
/// tests/lib/results.py reads it.
/// </summary>
internal sealed class ResultLines(string boot, string project, TextWriter lines) : IMessageSink
{
    private readonly Lock _writing = new();
    private readonly HashSet<string> _running = [];
    private long _lastAt = Environment.TickCount64;

    public int Failed { get; private set; }

    /// <summary>
    /// What failed so far, to be tried once more: an emulated machine on a busy host keeps few time limits. null = no
    /// more; a failure is one.
    /// </summary>
    public List<ITestCase>? Again { get; set; } = [];

    /// <summary>Fails the tests under way when nothing was heard for so long.</summary>
    public bool Hangs(TimeSpan silence)
    {
        lock (_writing)
        {
            if (Environment.TickCount64 - _lastAt < silence.TotalMilliseconds)
            {
                return false;
            }

            foreach (var name in _running.ToArray())
            {
                Write("failed", name, $"did not end: nothing was heard for {silence.TotalSeconds} s");
            }

            return true;
        }
    }

    public void Done() => Write("done", project);

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestStarting starting:
                Write("started", starting.Test.DisplayName);
                break;
            case ITestPassed passed:
                Write("passed", passed.Test.DisplayName, $"{passed.ExecutionTime:0.000}");
                break;
            case ITestSkipped skipped:
                Write("skipped", skipped.Test.DisplayName, skipped.Reason);
                break;
            case ITestFailed failed when Again is not null:
                Again.Add(failed.TestCase);
                Write("again", failed.Test.DisplayName, string.Join("; ", failed.Messages));
                break;
            case ITestFailed failed:
                Fail(failed.Test.DisplayName, failed);
                break;
            case ITestAssemblyCleanupFailure failure:
                Fail(project, failure);
                break;
            case ITestCollectionCleanupFailure failure:
                Fail(failure.TestCollection.DisplayName, failure);
                break;
            case ITestClassCleanupFailure failure:
                Fail(failure.TestClass.Class.Name, failure);
                break;
            case IErrorMessage error:
                Fail(project, error);
                break;
        }

        return true;
    }

    private void Fail(string name, IFailureInformation failure)
    {
        Failed++;
        var text =
            string.Join("; ", failure.Messages.Zip(failure.StackTraces, (message, trace) => $"{message}\n{trace}"));
        Write("failed", name, text);
    }

    private void Write(string outcome, string name, string text = "")
    {
        lock (_writing)
        {
            _lastAt = Environment.TickCount64;
            _ = outcome == "started" ? _running.Add(name) : _running.Remove(name);
            lines.WriteLine($"{outcome}\t{boot}:{OneLine(name)}{(text.Length > 0 ? "\t" : "")}{OneLine(text)}");
        }
    }

    private static string OneLine(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
