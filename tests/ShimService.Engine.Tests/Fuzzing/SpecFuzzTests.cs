using System.Diagnostics;
using System.Text;
using ShimService.Engine.Compile;
using ShimService.Engine.Compile.Seccomp;
using ShimService.Engine.Resources;
using ShimService.Engine.Tests.Compile;
using ShimService.Engine.Tests.Resources;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Oci.Write;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Fuzzing;

/// <summary>Any config.json becomes a plan or a SpecException, soon. Needs no root.</summary>
public sealed class SpecFuzzTests
{
    private static readonly SeccompPrograms Filters = new();
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(20);

    [Fact]
    public void Compile_WhenADocumentIsMutated_ThenItIsAPlanOrASpecError()
    {
        var options = FuzzOptions.Of(200_000);
        var outcomes = new int[2];
        Parallel.For(0, options.Count, n =>
        {
            var seed = options.Seed + n;
            var input = SpecMutator.Make(seed);
            var start = Stopwatch.GetTimestamp();
            try
            {
                Interlocked.Increment(ref outcomes[Try(input.Span, n) ? 1 : 0]);
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {exception}\n{Encoding.UTF8.GetString(input.Span)}");
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < Slow, $"seed {seed} took too long\n{Encoding.UTF8.GetString(input.Span)}");
        });

        // Inputs that are all refused at the door would try nothing behind it.
        if (options.Count >= 1000)
        {
            Assert.InRange(outcomes[1], options.Count / 20, options.Count * 19 / 20);
        }
    }

    /// <summary>Whether it became a plan.</summary>
    private static bool Try(ReadOnlySpan<byte> input, int n)
    {
        try
        {
            var spec = Spec.Parse(input);
            if (n % 8 == 0)
            {
                // What is written is what was read.
                var written = SpecWriter.Write(spec);
                Assert.Equal(written, SpecWriter.Write(Spec.Parse(written)));
            }

            Use(spec, n);
            return true;
        }
        catch (SpecException refused)
        {
            Assert.NotEqual("", refused.Problem);
            return false;
        }
        catch (TaskException refused)
        {
            // A filter that is right by itself and cannot be made.
            Assert.NotEqual("", refused.Message);
            return false;
        }
    }

    private static void Use(Spec spec, int n)
    {
        if (spec.Linux.Resources is { } resources)
        {
            _ = DeviceAllowList.From(resources.Devices);
            _ = ResourceWrites.Make(resources, n % 2 == 0 ? Layouts.V1 : Layouts.V2, null);
        }

        if (spec.Linux.Seccomp is { } seccomp && n % 64 == 0)
        {
            _ = Filters.Compile(seccomp);
        }

        if (spec.Root is null || spec.Process is null)
        {
            return;
        }

        _ = ContainerCompiler.Compile(Samples.Input(spec));
    }
}
