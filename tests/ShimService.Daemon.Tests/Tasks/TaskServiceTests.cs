using ShimService.Contracts.Google.Rpc;
using ShimService.Contracts.V1;
using ShimService.Daemon.Tests.Fakes;
using ShimService.Rpc;

namespace ShimService.Daemon.Tests.Tasks;

public sealed class TaskServiceTests
{
    private const string Spec =
        """{"ociVersion":"1.0.0","root":{"path":"rootfs"},"linux":{"namespaces":[{"type":"mount"}]},"process":{"args":["sh"],"cwd":"/home","env":["A=1","B=2"],"user":{"uid":5,"gid":6}}}""";

    [Fact]
    public async Task Run_WhenTheProcessExits_ThenWaitDeleteAndEventsTellTheSameLife()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var ran = await daemon.RunAsync("c1");
        Assert.Equal(FakeTask.Pid, ran.Pid);
        Assert.Equal(TaskState.Running, (await daemon.GetAsync("c1")).Task.State);

        daemon.Launcher.Of("c1").Exit("c1", 7);
        Assert.Equal(7u, (await daemon.WaitAsync("c1")).ExitStatus);
        Assert.Equal(7u, (await daemon.DeleteAsync("c1")).ExitStatus);

        Assert.Equal(
            ["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"],
            await daemon.TopicsUntilAsync("c1", "/tasks/delete"));
        Assert.False(Directory.Exists(daemon.Layout.TaskDirectory("c1")));
        var gone = await Assert.ThrowsAsync<RpcException>(() => daemon.GetAsync("c1"));
        Assert.Equal((RpcStatusCode.NotFound, "UNKNOWN_TASK"), (gone.Code, gone.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../etc")]
    [InlineData("a b")]
    [InlineData("-a")]
    public async Task Create_WhenTheIdIsNone_ThenInvalidArgumentNamesTheField(string id)
    {
        await using var daemon = await TestDaemon.StartAsync();
        var error = await Assert.ThrowsAsync<RpcException>(() => daemon.RunAsync(id));
        Assert.Equal(RpcStatusCode.InvalidArgument, error.Code);
        var field = error.Detail("google.rpc.BadRequest", BadRequest.Parser)!.FieldViolations.Single().Field;
        Assert.Equal("id", field);
        Assert.Empty(Directory.GetFileSystemEntries(daemon.Layout.Tasks));
    }

    [Fact]
    public async Task Create_WhenTheIdIsInUse_ThenAlreadyExistsAndTheFirstIsUntouched()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        var error = await Assert.ThrowsAsync<RpcException>(() => daemon.RunAsync("c1"));
        Assert.Equal((RpcStatusCode.AlreadyExists, "TASK_EXISTS"), (error.Code, error.Reason));
        Assert.Equal(TaskState.Running, (await daemon.GetAsync("c1")).Task.State);
    }

    [Fact]
    public async Task Create_WhenTheShimRefuses_ThenItsErrorComesThroughAndNothingIsLeft()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("other");
        daemon.Launcher.Of("other").FailNextCreate = RpcException.Create(
            RpcStatusCode.FailedPrecondition, "LAUNCH_FAILED", "mount proc on /proc: EPERM",
            [new("step", "mount /proc"), new("errno", "EPERM")]);
        var error = await Assert.ThrowsAsync<RpcException>(() => daemon.RunAsync("c1"));
        Assert.Equal("mount proc on /proc: EPERM", error.Message);
        Assert.Equal("mount /proc",
            error.Detail("google.rpc.ErrorInfo", ErrorInfo.Parser)!.Metadata["step"]);
        Assert.False(Directory.Exists(daemon.Layout.TaskDirectory("c1")));
        await daemon.RunAsync("c1");
    }

    [Fact]
    public async Task Run_WhenStartFails_ThenTheTaskIsRemovedInTheShimToo()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("other");
        var shim = daemon.Launcher.Of("other");
        shim.FailNextStart =
            RpcException.Create(RpcStatusCode.FailedPrecondition, "LAUNCH_FAILED", "execve /x: ENOENT");
        var error = await Assert.ThrowsAsync<RpcException>(() => daemon.RunAsync("c1"));
        Assert.Equal("execve /x: ENOENT", error.Message);
        Assert.Equal(["other"], shim.List().Select(task => task.Id));
        Assert.False(Directory.Exists(daemon.Layout.TaskDirectory("c1")));
    }

    [Fact]
    public async Task Create_WhenMadeFromAConfig_ThenTheBundleIsTheTasksOwnDirectory()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var config = new ContainerConfig
        {
            Rootfs = new Rootfs { Path = "/" },
            Args = { "/bin/true" },
            Labels = { ["tier"] = "web" },
            OpenStdin = true,
        };
        await daemon.CallAsync("Create", new CreateRequest { Id = "c1", Config = config }, CreateResponse.Parser);
        var directory = daemon.Layout.TaskDirectory("c1");
        var asked = daemon.Launcher.Of("c1").LastCreate!;
        Assert.Equal(directory, asked.Bundle);
        Assert.Equal(("attach:", $"log://{directory}/init.log"), (asked.Stdin, asked.Stdout));
        Assert.Contains(
            "/bin/true", File.ReadAllText(Path.Combine(directory, "config.json")), StringComparison.Ordinal);
        Assert.Equal("web", (await daemon.GetAsync("c1")).Task.Labels["tier"]);
    }

    [Fact]
    public async Task Create_WhenTheSpecIsALink_ThenItIsRefused()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var bundle = daemon.MakeBundle();
        var real = Path.Combine(bundle, "real.json");
        File.Move(Path.Combine(bundle, "config.json"), real);
        File.CreateSymbolicLink(Path.Combine(bundle, "config.json"), real);
        var error = await Assert.ThrowsAsync<RpcException>(() => daemon.CallAsync(
            "Create", new CreateRequest { Id = "c1", Bundle = bundle }, CreateResponse.Parser));
        Assert.Equal(RpcStatusCode.InvalidArgument, error.Code);
        Assert.Contains("symbolic link", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"process":{"args":["sh"],"terminal":true}}""", true)]
    [InlineData("""{"hooks":{"process":{"terminal":true}},"process":{"terminal":false}}""", false)]
    [InlineData("""{"process":{"args":["sh"]},"terminal":true}""", false)]
    public async Task Create_WhenTheBundleWantsATerminal_ThenTheShimIsTold(string spec, bool terminal)
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.CallAsync(
            "Create", new CreateRequest { Id = "c1", Bundle = daemon.MakeBundle(spec) }, CreateResponse.Parser);
        var asked = daemon.Launcher.Of("c1").LastCreate!;
        Assert.Equal((terminal, terminal), (asked.Terminal, asked.Stderr.Length == 0));
    }

    [Fact]
    public async Task Exec_WhenStarted_ThenItCarriesTheContainersProcessAndIsWaitedFor()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.CallAsync(
            "Run", new CreateRequest { Id = "c1", Bundle = daemon.MakeBundle(Spec) }, RunResponse.Parser);
        var answer = await daemon.CallAsync(
            "Exec", new ExecRequest { Id = "c1", Args = { "id" }, Env = { "B=3" } }, ExecResponse.Parser);
        Assert.NotEmpty(answer.ExecId);
        var shim = daemon.Launcher.Of("c1");
        var process = Oci.Model.ProcessSpec.Parse(shim.LastExec!.Spec.Value.Span);
        Assert.Equal(["id"], process.Args);
        Assert.Equal(["A=1", "B=3"], process.Env);
        Assert.Equal(("/home", 5u, 6u), (process.Cwd, process.User.Uid, process.User.Gid));

        shim.Exit("c1", 3, answer.ExecId);
        Assert.Equal(3u, (await daemon.WaitAsync("c1", answer.ExecId)).ExitStatus);
    }

    [Fact]
    public async Task Exec_WhenTheTaskIsOnlyCreated_ThenRefusedWithItsNameAndNobodyIsTold()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.CallAsync(
            "Create", new CreateRequest { Id = "c1", Bundle = daemon.MakeBundle(Spec) }, CreateResponse.Parser);

        var refused = await Assert.ThrowsAsync<RpcException>(() => daemon.CallAsync(
            "Exec", new ExecRequest { Id = "c1", ExecId = "e1", Args = { "id" } }, ExecResponse.Parser));

        Assert.Equal((RpcStatusCode.FailedPrecondition, "WRONG_STATE"), (refused.Code, refused.Reason));
        var violation =
            refused.Detail("google.rpc.PreconditionFailure", PreconditionFailure.Parser)!.Violations.Single();
        Assert.Equal("task c1", violation.Subject);
        Assert.Null(daemon.Launcher.Of("c1").LastExec);
        await daemon.CallAsync("Delete", new DeleteRequest { Id = "c1", Force = true }, DeleteResponse.Parser);
        Assert.DoesNotContain("/tasks/exec-added", await daemon.TopicsUntilAsync("c1", "/tasks/delete"));
    }

    [Fact]
    public async Task Create_WhenOpenStdinStandsBesideAConfig_ThenInvalidArgumentNamesTheOther()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var refused = await Assert.ThrowsAsync<RpcException>(() => daemon.CallAsync(
            "Create",
            new CreateRequest { Id = "c1", OpenStdin = true, Config = new ContainerConfig { Args = { "sh" } } },
            CreateResponse.Parser));

        Assert.Equal(RpcStatusCode.InvalidArgument, refused.Code);
        Assert.Contains("config.open_stdin", refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            "open_stdin",
            refused.Detail("google.rpc.BadRequest", BadRequest.Parser)!.FieldViolations.Single().Field);
    }

    [Fact]
    public async Task Exec_WhenStartFails_ThenItsRecordIsDeleted()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.CallAsync(
            "Run", new CreateRequest { Id = "c1", Bundle = daemon.MakeBundle(Spec) }, RunResponse.Parser);
        var shim = daemon.Launcher.Of("c1");
        shim.FailNextStart = RpcException.NotFound("X", "no such program");
        await Assert.ThrowsAsync<RpcException>(() => daemon.CallAsync(
            "Exec", new ExecRequest { Id = "c1", ExecId = "e1", Args = { "nope" } }, ExecResponse.Parser));
        Assert.Empty(shim.Find("c1").Execs);
    }

    [Fact]
    public async Task Kill_WhenNoSignalIsGiven_ThenTerm()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        await daemon.CallAsync("Kill", new KillRequest { Id = "c1" }, KillResponse.Parser);
        Assert.Equal(128u + 15, (await daemon.WaitAsync("c1")).ExitStatus);
    }

    [Fact]
    public async Task Checkpoint_WhenAsked_ThenUnimplementedAndSaysSo()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("c1");
        var error = await Assert.ThrowsAsync<RpcException>(() => daemon.CallAsync(
            "Checkpoint", new CheckpointRequest { Id = "c1" }, CheckpointResponse.Parser));
        Assert.Equal(RpcStatusCode.Unimplemented, error.Code);
    }

    [Fact]
    public async Task List_WhenStatesAreGiven_ThenOnlyTheseFromAllShims()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.RunAsync("a");
        await daemon.RunAsync("b", "blue");
        await daemon.RunAsync("c", "own");
        daemon.Launcher.Of("b").Exit("b", 0);
        var all = await daemon.CallAsync("List", new ListRequest(), ListResponse.Parser);
        Assert.Equal([("a", "default"), ("b", "blue"), ("c", "own")], all.Tasks.Select(task => (task.Id, task.Group)));
        var stopped = await daemon.CallAsync(
            "List", new ListRequest { States = { TaskState.Stopped } }, ListResponse.Parser);
        Assert.Equal(["b"], stopped.Tasks.Select(task => task.Id));
    }
}
