namespace ShimService.Linux.Seccomp;

/// <summary>
/// What a filter says of one system call number: alternatives, the first that holds wins, then the rest. Two numbers
/// with equal decisions share their place in the program.
/// </summary>
internal sealed class SyscallDecision(SeccompVerdict otherwise, bool wide)
{
    private readonly List<(SeccompCondition[] All, SeccompVerdict Verdict)> _alternatives = [];

    /// <summary>Whether arguments are compared in all 64 bits, or in the low 32 only.</summary>
    public bool Wide { get; } = wide;

    public SeccompVerdict Otherwise { get; private set; } = otherwise;

    public IReadOnlyList<(SeccompCondition[] All, SeccompVerdict Verdict)> Alternatives => _alternatives;

    /// <summary>A rule without conditions was given: it stands alone, whatever came before or comes after.</summary>
    public bool IsFinal { get; private set; }

    public void Add(SeccompCondition[] all, SeccompVerdict verdict)
    {
        if (IsFinal)
        {
            return;
        }

        if (all.Length == 0)
        {
            _alternatives.Clear();
            Otherwise = verdict;
            IsFinal = true;
        }
        else if (!_alternatives.Exists(other => other.All.AsSpan().SequenceEqual(all)))
        {
            _alternatives.Add((all, verdict));
        }
    }

    public bool SameAs(SyscallDecision other)
    {
        if (_alternatives.Count > 0 && Wide != other.Wide)
        {
            return false;
        }

        if (Otherwise != other.Otherwise || _alternatives.Count != other._alternatives.Count)
        {
            return false;
        }

        for (int i = 0; i < _alternatives.Count; i++)
        {
            if (_alternatives[i].Verdict != other._alternatives[i].Verdict
                || !_alternatives[i].All.AsSpan().SequenceEqual(other._alternatives[i].All))
            {
                return false;
            }
        }

        return true;
    }
}
