using ShimService.Linux.Errors;

namespace ShimService.Linux.Launch;

/// <summary>
/// A planned operation, to be used as an argument of later ones (its result, usually a descriptor the child opened)
/// and to say what counts as its success. A tolerated failure leaves -1 where the result was wanted.
/// </summary>
public readonly struct PlanResult
{
    private readonly PlanBuilder _builder;

    internal PlanResult(PlanBuilder builder, int operation)
    {
        _builder = builder;
        Operation = operation;
    }

    internal int Operation { get; }

    /// <summary>These errors count as success. Errno 1 to 63 only: that is what the stub's mask holds.</summary>
    public PlanResult Tolerate(params ReadOnlySpan<Errno> errors)
    {
        var mask = 0UL;
        foreach (var errno in errors)
        {
            if (errno is < (Errno)1 or > (Errno)63)
            {
                throw new ArgumentOutOfRangeException(nameof(errors), errno, "only errno 1 to 63 can be tolerated");
            }

            mask |= 1UL << (int)errno;
        }

        _builder.Operation(Operation).Tolerated |= mask;
        return this;
    }

    /// <summary>The smallest result that counts as success; 0 unless said.</summary>
    public PlanResult AtLeast(long minimum)
    {
        _builder.Operation(Operation).Minimum = minimum;
        return this;
    }

    /// <summary>
    /// Gives the descriptor it opens a number that the launcher can fetch it by at a rendezvous, see
    /// <see cref="LaunchPlan.NumberOf"/>.
    /// </summary>
    public PlanResult Keep()
    {
        _builder.Operation(Operation).Keeping = Keeping.Always;
        return this;
    }

    /// <summary>What a failure message names as the thing acted on; else the first text among the arguments.</summary>
    public PlanResult On(string subject)
    {
        _builder.Operation(Operation).Subject = subject;
        return this;
    }

    /// <summary>What a failure message advises, whatever the errno; else a table by call and errno does.</summary>
    public PlanResult Hint(string hint)
    {
        _builder.Operation(Operation).Hint = hint;
        return this;
    }
}
