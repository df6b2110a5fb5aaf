using System.Globalization;
using System.IO.Pipes;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V2;
using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Stdio;
using ShimService.Rpc;
using ShimService.Shim.Tests.Serve;
using Private = ShimService.Contracts.Shim.V1;
using Task = System.Threading.Tasks.Task;

namespace ShimService.Shim.Tests.Real;

/// <summary>
/// Streams of real containers through the Task service, the client's side as containerd's clients have it.
/// </summary>
public sealed class StdioTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly LinuxEngine Engine = LinuxEngine.Open(
        new PlanCompiler(), new StdioOptions(), new EngineOptions());

    private readonly string _id = "io" + Guid.NewGuid().ToString("N")[..12];
    private ServedShim _shim = null!;

    public async Task InitializeAsync()
    {
        Assert.True(BusyboxBundle.Missing is null, BusyboxBundle.Missing);
        _shim = await ServedShim.StartAsync(Engine);
    }

    public async Task DisposeAsync()
    {
        await _shim.ShimAsync(
            "ForceDelete", new Private.ForceDeleteRequest { Id = _id }, Private.ForceDeleteResponse.Parser);
        await _shim.DisposeAsync();
    }

    [Fact]
    public async Task Fifos_WhenClientWritesAndClosesStdin_ThenTheProgramReadsItAllAndAnswers()
    {
        using var stdout = new Fifo(_shim.Directory["out"]);
        using var stderr = new Fifo(_shim.Directory["err"]);
        var stdin = Fifo.Make(_shim.Directory["in"]);
        await CreateAsync("cat; echo done >&2", new CreateTaskRequest
        {
            Stdin = stdin, Stdout = stdout.Path, Stderr = stderr.Path,
        });
        await StartAsync();

        await File.WriteAllTextAsync(stdin, "first, ");
        await File.WriteAllTextAsync(stdin, "second");
        await _shim.TaskAsync("CloseIO", new CloseIORequest { Id = _id, Stdin = true }, Empty.Parser);

        Assert.Equal("first, second", await stdout.ReadToEndAsync());
        Assert.Equal("done\n", await stderr.ReadToEndAsync());
    }

    [Fact]
    public async Task Fifos_WhenStdinIsClosedBeforeStart_ThenTheProgramSeesItsEnd()
    {
        using var stdout = new Fifo(_shim.Directory["out"]);
        await CreateAsync("cat; echo over", new CreateTaskRequest
        {
            Stdin = Fifo.Make(_shim.Directory["in"]), Stdout = stdout.Path,
        });

        await _shim.TaskAsync("CloseIO", new CloseIORequest { Id = _id, Stdin = true }, Empty.Parser);
        await StartAsync();

        Assert.Equal("over\n", await stdout.ReadToEndAsync());
    }

    [Fact]
    public async Task Fifos_WhenOutputIsLarge_ThenEveryByteArrivesBeforeTheEnd()
    {
        using var stdout = new Fifo(_shim.Directory["out"]);
        await CreateAsync("/bin/busybox seq 1 300000", new CreateTaskRequest { Stdout = stdout.Path });
        var reading = stdout.ReadToEndAsync();

        await StartAsync();

        Assert.Equal(string.Concat(Enumerable.Range(1, 300_000).Select(n => n + "\n")), await reading);
    }

    [Fact]
    public async Task Fifos_WhenAnExecsChildHoldsItsOutput_ThenItStaysOpenBeyondTheExit()
    {
        await CreateAsync("sleep 100", new CreateTaskRequest());
        await StartAsync();
        using var stdout = new Fifo(_shim.Directory["out"]);
        var go = Fifo.Make(_shim.Directory["b"] + "/rootfs/tmp/go");

        await ExecAsync("e1", "(read line < /tmp/go; echo late) & echo early; exit 3", stdout.Path);
        var reading = stdout.ReadToEndAsync();
        Assert.Equal(3u, (await WaitAsync("e1")).ExitStatus);
        Assert.False(reading.IsCompleted);
        await File.WriteAllTextAsync(go, "go\n");

        Assert.Equal("early\nlate\n", await reading);
    }

    [Fact]
    public async Task Terminal_WhenResizedAndTypedInto_ThenTheProgramSeesBoth()
    {
        using var stdout = new Fifo(_shim.Directory["out"]);
        var stdin = Fifo.Make(_shim.Directory["in"]);
        await CreateAsync("/bin/busybox stty -echo; read line; /bin/busybox stty size; echo got $line; test -t 2 && echo tty",
            new CreateTaskRequest { Stdin = stdin, Stdout = stdout.Path, Terminal = true });
        var reading = stdout.ReadToEndAsync();
        await StartAsync();

        await _shim.TaskAsync("ResizePty", new ResizePtyRequest { Id = _id, Width = 132, Height = 43 }, Empty.Parser);
        await File.WriteAllTextAsync(stdin, "keys\n");

        var shown = await reading;
        Assert.EndsWith("43 132\r\ngot keys\r\ntty\r\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminal_WhenOutputIsLarge_ThenNothingIsCutAtTheExit()
    {
        using var stdout = new Fifo(_shim.Directory["out"]);
        await CreateAsync("/bin/busybox seq 1 50000", new CreateTaskRequest { Stdout = stdout.Path, Terminal = true });
        var reading = stdout.ReadToEndAsync();

        await StartAsync();

        Assert.Equal(string.Concat(Enumerable.Range(1, 50_000).Select(n => n + "\r\n")), await reading);
    }

    [Fact]
    public async Task PeerDescriptors_WhenTheClientNamesItsOwn_ThenTheProgramHasThemItself()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var number = pipe.ClientSafePipeHandle.DangerousGetHandle();
        await CreateAsync("echo straight through", new CreateTaskRequest
        {
            Stdout = string.Create(CultureInfo.InvariantCulture, $"peerfd:{number}"),
        });
        await StartAsync();
        await WaitAsync();
        pipe.DisposeLocalCopyOfClientHandle();

        using var reader = new StreamReader(pipe);
        Assert.Equal("straight through\n", await reader.ReadToEndAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task Attach_WhenItJoinsInTheMiddle_ThenLogAndAttachmentAreTheWholeOnce()
    {
        var log = _shim.Directory["c.log"];
        await CreateAsync("/bin/busybox seq 1 200000", new CreateTaskRequest
        {
            Stdout = $"log://{log}", Stderr = $"log://{log}",
        });
        await StartAsync();

        await using var call = _shim.Client.Duplex<Private.AttachRequest, Private.AttachResponse>(
            "shimservice.shim.v1.Shim", "Attach", Private.AttachResponse.Parser, ServedShim.Limit);
        await call.WriteAsync(new Private.AttachRequest { Id = _id }, ServedShim.Limit);
        ulong? older = null;
        var live = new MemoryStream();
        await foreach (var answer in call.ReadAllAsync(ServedShim.Limit))
        {
            older ??= answer.LogBytes;
            live.Write(answer.Data.Span);
        }

        var whole = Payload(
            (await File.ReadAllBytesAsync(log)).AsSpan(0, (int)older!)) + Encoding.ASCII.GetString(live.ToArray());
        Assert.Equal(string.Concat(Enumerable.Range(1, 200_000).Select(n => n + "\n")), whole);
    }

    [Fact]
    public async Task Create_WhenNobodyCouldReadTheOutput_ThenTheFieldIsNamedAndNothingIsLeft()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => CreateAsync("true", new CreateTaskRequest { Stdout = _shim.Directory["none"] }));

        Assert.Equal(RpcStatusCode.InvalidArgument, refused.Code);
        Assert.Contains("stdout", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ENOENT", refused.Message, StringComparison.Ordinal);

        // For the clean-up that every test of this class ends with.
        await CreateAsync("true", new CreateTaskRequest());
    }

    private async Task CreateAsync(string script, CreateTaskRequest request)
    {
        var bundle = _shim.Directory["b"];
        if (!Directory.Exists(bundle))
        {
            BusyboxBundle.Make(bundle, _id, script);
        }

        if (request.Terminal)
        {
            var config = bundle + "/config.json";
            var text = await File.ReadAllTextAsync(config);
            await File.WriteAllTextAsync(config, text
                .Replace("\"process\":{", "\"process\":{\"terminal\":true,", StringComparison.Ordinal)
                .Replace("\"mode=755\",\"size=65536k\"]}", """
                    "mode=755","size=65536k"]},{"destination":"/dev/pts","type":"devpts","source":"devpts",
                    "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620"]}
                    """, StringComparison.Ordinal));
        }

        request.Id = _id;
        request.Bundle = bundle;
        await _shim.TaskAsync("Create", request, CreateTaskResponse.Parser);
    }

    private async Task ExecAsync(string exec, string script, string stdout)
    {
        var process = $$"""{"args":["/bin/sh","-c","{{script}}"],"cwd":"/","user":{"uid":0,"gid":0},"env":["PATH=/bin"]}""";
        await _shim.TaskAsync(
            "Exec",
            new ExecProcessRequest
            {
                Id = _id,
                ExecId = exec,
                Stdout = stdout,
                Spec = new Any
                {
                    TypeUrl = "types.containerd.io/opencontainers/runtime-spec/1/Process",
                    Value = ByteString.CopyFromUtf8(process),
                },
            },
            Empty.Parser);
        await StartAsync(exec);
    }

    private Task<StartResponse> StartAsync(string exec = "") =>
        _shim.TaskAsync("Start", new StartRequest { Id = _id, ExecId = exec }, StartResponse.Parser);

    private Task<WaitResponse> WaitAsync(string exec = "") =>
        _shim.TaskAsync("Wait", new WaitRequest { Id = _id, ExecId = exec }, WaitResponse.Parser);

    /// <summary>What the records of a log hold; their fronts are 40 bytes wide.</summary>
    private static string Payload(ReadOnlySpan<byte> log)
    {
        var text = new StringBuilder();
        foreach (var record in Encoding.ASCII.GetString(log).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(record, 40, record.Length - 40).Append(record[38] == 'F' ? "\n" : "");
        }

        return text.ToString();
    }
}
