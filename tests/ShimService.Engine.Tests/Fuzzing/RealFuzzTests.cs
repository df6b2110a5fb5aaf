using System.Globalization;
using System.Text;
using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Failpoints;
using ShimService.Engine.Tests.Kernel;
using ShimService.Engine.Tests.Support;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Oci.Write;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Fuzzing;

/// <summary>
/// Mutated specs that the model takes are carried out: each container is created, started, killed and deleted, or refused
/// with an error that says why; nothing of it is left. SHIMSERVICE_FUZZ_REAL: how many; SHIMSERVICE_FUZZ_SEED: from which
/// on.
/// </summary>
[Collection(EngineCollection.Name)]
public sealed class RealFuzzTests : IDisposable
{
    private const int Usual = 150;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly BusyboxBundle _bundle = new();
    private readonly List<string> _warnings = [];
    private readonly LinuxEngine _engine;

    public RealFuzzTests() => _engine = LinuxEngine.Open(new PlanCompiler(), new StdioOptions(), new EngineOptions
    {
        OnWarning = _warnings.Add,
        ResctrlRoot = Path.Join(_bundle.Path, "resctrl"),
        SystemBusSockets = [],
    });

    public void Dispose()
    {
        _engine.Dispose();
        _bundle.Dispose();
    }

    [Fact]
    public async Task Create_WhenADocumentIsMutated_ThenItRunsOrIsRefusedAndNothingIsLeft()
    {
        var source = Directory.CreateDirectory(Path.Join(_bundle.Path, "source")).FullName;
        var count = int.TryParse(
            Environment.GetEnvironmentVariable("SHIMSERVICE_FUZZ_REAL"), CultureInfo.InvariantCulture, out var asked) ? asked : Usual;
        var seed = FuzzOptions.Of(0).Seed;
        int[] outcomes = [0, 0];
        Leftovers? before = null, middle = null;
        for (var done = 0; done < count; seed++)
        {
            if (Harmless(seed, source) is not { } spec)
            {
                continue;
            }

            var id = $"fuzz-{Guid.NewGuid():N}"[..20];
            var bytes = SpecWriter.Write(spec);
            await File.WriteAllBytesAsync(Path.Join(_bundle.Path, "config.json"), bytes);
            try
            {
                outcomes[await RunAsync(id, spec.Process!.Terminal) ? 1 : 0]++;
                (before ??= Leftovers.Now()).AssertNothingIsLeft($"seed {seed}", id);
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {seed}: {failure}\n{Encoding.UTF8.GetString(bytes)}");
            }

            // By then, what is made once is there.
            middle = ++done == count / 2 ? Leftovers.Now() : middle;
        }

        Assert.Empty(_warnings);
        middle?.AssertNoDescriptorIsLeft();

        // Inputs that are all refused, or all ordinary, would try little.
        if (count >= Usual)
        {
            Assert.All(outcomes, outcome => Assert.InRange(outcome, count / 20, count * 19 / 20));
        }
    }

    private Spec? Harmless(int seed, string source)
    {
        try
        {
            var spec = HarmlessSpec.Of(Spec.Parse(SpecMutator.Make(seed).Span), _bundle.Rootfs, source);
            return Spec.Parse(SpecWriter.Write(spec));
        }
        catch (SpecException)
        {
            // Those are for SpecFuzzTests.
            return null;
        }
    }

    /// <summary>Whether it was created.</summary>
    private async Task<bool> RunAsync(string id, bool terminal)
    {
        var log = "file://" + Path.Join(_bundle.Path, "log");
        IContainer container;
        try
        {
            container = await _engine.CreateAsync(
                new ContainerRequest(ContainerId.Parse(id, "id"), _bundle.Path, [],
                    new StdioRequest("", log, terminal ? "" : log, terminal)),
                new Observer(), CancellationToken.None).WaitAsync(Limit);
        }
        catch (TaskException refused)
        {
            Assert.NotEqual("", refused.Message);
            return false;
        }

        try
        {
            await container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        }
        catch (TaskException refused)
        {
            Assert.NotEqual("", refused.Message);
        }

        container.KillAll(Signal.Kill);
        await container.Init.Exited.WaitAsync(Limit);
        await container.Init.Stdio.CloseAsync();
        await container.DeleteAsync().WaitAsync(Limit);
        return true;
    }
}
