using ShimService.Contracts.V1;
using ShimService.Daemon.Errors;
using ShimService.Daemon.Host;
using ShimService.Daemon.Tests.Fakes;
using ShimService.Daemon.Verbs;
using ShimService.Daemon.Verbs.Creation;
using ShimService.Oci.Build;
using ShimService.Oci.Model;
using ShimService.Rpc;
using ShimService.Tasks.Errors;

namespace ShimService.Daemon.Tests.Tasks;

public sealed class MappingTests
{
    private static readonly ProcessSpec Container = new()
    {
        Args = ["sh"],
        Cwd = "/home",
        Env = ["PATH=/bin", "A=1"],
        User = new UserSpec { Uid = 5, Gid = 6, Umask = 18, AdditionalGids = [7] },
        NoNewPrivileges = true,
    };

    [Fact]
    public void Build_WhenOnlyArgsAreGiven_ThenTheRestIsTheContainers()
    {
        var process = ExecSpec.Build(Container, new ExecRequest { Args = { "id" } }, NoImage.Instance);
        Assert.Equal(Container with { Args = process.Args, Env = process.Env }, process);
        Assert.Equal(["id"], process.Args);
        Assert.Equal(Container.Env, process.Env);
    }

    [Fact]
    public void Build_WhenAUserIsGiven_ThenTheGroupsOfTheContainersUserDoNotComeAlong()
    {
        var process = ExecSpec.Build(Container, new ExecRequest { Args = { "id" }, User = "10:20" }, NoImage.Instance);
        Assert.Equal((10u, 20u, 18u), (process.User.Uid, process.User.Gid, process.User.Umask));
        Assert.Empty(process.User.AdditionalGids);
    }

    [Fact]
    public void Build_WhenAUserHasAName_ThenTheImageSaysWho()
    {
        var image = new FakeImage(("/etc/passwd", "app:x:7:8::/home:/bin/sh"), ("/etc/group", "log:x:9:app\napp:x:8:"));
        var process = ExecSpec.Build(Container, new ExecRequest { Args = { "id" }, User = "app" }, image);
        Assert.Equal((7u, 8u), (process.User.Uid, process.User.Gid));
        Assert.Equal([9u], process.User.AdditionalGids);
    }

    [Theory]
    [InlineData("root", "user")]
    [InlineData("1:", "user")]
    [InlineData("-1", "user")]
    [InlineData("4294967295", "user")]
    [InlineData(" 1", "user")]
    public void Build_WhenTheUserIsNoNumber_ThenTheFieldIsNamed(string user, string field) => AssertField(
        field, () => ExecSpec.Build(Container, new ExecRequest { Args = { "id" }, User = user }, NoImage.Instance));

    [Fact]
    public void Build_WhenTheRequestIsWrong_ThenTheFieldIsNamed()
    {
        AssertField("args", () => ExecSpec.Build(Container, new ExecRequest(), NoImage.Instance));
        AssertField(
            "cwd", () => ExecSpec.Build(Container, new ExecRequest { Args = { "id" }, Cwd = "x" }, NoImage.Instance));
        AssertField("env[0]", () => ExecSpec.Build(Container, new ExecRequest { Args = { "id" }, Env = { "x" } }, NoImage.Instance));
    }

    // Not said by the caller: what shimd finds out about the host and the other containers.
    private static readonly string[] FoundOut =
        ["LinkEnv", "VolumePaths", "Files", "SharedMemory", "InitProgram", "Donors", "DonorOfNetwork"];

    // A field added to the contract must be mapped: this fails until it is set here and arrives there.
    [Fact]
    public void Map_WhenEveryFieldIsSet_ThenEveryFieldArrives()
    {
        var config = new Contracts.V1.ContainerConfig
        {
            Rootfs = new Rootfs { Path = "/r", Readonly = true },
            Entrypoint = { "e" },
            Args = { "a" },
            GroupAdd = { "wheel" },
            DeviceCgroupRules = { "c 1:3 r" },
            ShmSizeBytes = 5,
            CgroupParent = "/p",
            Volumes = { "/v" },
            Tmpfs = { ["/t"] = "" },
            Init = true,
            StopSignal = Signal.Sigint,
            StopTimeoutSeconds = 3,
            ExtraHosts = { "a:1.2.3.4" },
            Dns = { "1.2.3.4" },
            DnsSearch = { "s" },
            DnsOptions = { "o" },
            NameFiles = true,
            Env = { "E=1" },
            Cwd = "/w",
            User = "1:2",
            AdditionalGids = { 3 },
            Terminal = true,
            ConsoleSize = new Contracts.V1.ConsoleSize { Width = 80, Height = 100_000 },
            OpenStdin = true,
            Hostname = "h",
            Mounts = { new Mount { Type = "bind", Source = "/s", Destination = "/d", Options = { "ro" } } },
            Resources = new Resources { Pids = new PidsResources { Limit = 9 }, Cpu = new CpuResources { Cpus = 1.5 } },
            Security = new Security { CapabilitiesAdd = { "ALL" }, PathsSet = true },
            Namespaces = new Contracts.V1.Namespaces { Network = "host", UidMappings = { new IdMapping { Size = 4 } } },
            Rlimits = { new Rlimit { Type = "nofile", Soft = 1, Hard = 2 } },
            Sysctls = { ["a.b"] = "1" },
            Annotations = { ["k"] = "v" },
            Labels = { ["l"] = "v" },
            OomScoreAdj = 0,
            Devices = { new Device { Path = "/dev/x", ContainerPath = "/dev/y", Access = "r" } },
            Umask = 0,
            Domainname = "dn",
            Networking = new ContainerNetworking
            {
                PublishAll = true,
                Links = { "l" },
                ExposedPorts = { "80" },
                Networks = { new NetworkAttachment { Network = "n", MacAddress = "02:00:00:00:00:01" } },
            },
        };
        var unset = Contracts.V1.ContainerConfig.Descriptor.Fields.InDeclarationOrder()
            .Where(field => field.IsRepeated
                ? ((System.Collections.ICollection)field.Accessor.GetValue(config)).Count == 0
                : field.HasPresence ? !field.Accessor.HasValue(config) : field.Accessor.GetValue(config) is "" or false or 0L);
        Assert.Empty(unset.Select(field => field.Name));

        var mapped = ConfigMapping.Map("c1", config);
        var plain = new Oci.Build.ContainerConfig();
        foreach (var property in typeof(Oci.Build.ContainerConfig).GetProperties())
        {
            if (FoundOut.Contains(property.Name))
            {
                continue;
            }

            Assert.False(
                Equals(property.GetValue(plain), property.GetValue(mapped)), $"{property.Name} did not arrive");
        }

        Assert.Equal(new Oci.Model.ConsoleSize(80, ushort.MaxValue), mapped.ConsoleSize);
        Assert.Equal((9L, 1.5), (mapped.Resources.PidsLimit, mapped.Resources.Cpus));
        Assert.Equal((0, 0u), (mapped.OomScoreAdj, mapped.Umask));
        Assert.Equal([], mapped.Security.MaskedPaths);
    }

    [Fact]
    public void ToRpc_WhenAnyKindIsGiven_ThenTheCodeOfTheSameNameComesOut()
    {
        foreach (var kind in Enum.GetValues<ErrorKind>())
        {
            var error = TaskErrors.ToRpc(new TaskException(kind, ErrorReason.LaunchFailed, "m") { Step = "s" });
            Assert.Equal(kind.ToString(), error.Code.ToString());
            Assert.Equal("LAUNCH_FAILED", error.Reason);
        }
    }

    [Fact]
    public void For_WhenTheHostLacksThings_ThenEachIsSaidWithItsConsequence()
    {
        var warnings =
            HostWarnings.For(["memory", "pids"], new Dictionary<string, bool>(), Capabilities.Parse("CapBnd:\t0"));
        Assert.Contains(warnings, warning => warning.Contains("controller cpu is missing", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.StartsWith("CAP_SYS_ADMIN is missing", StringComparison.Ordinal));
        Assert.DoesNotContain(warnings, warning => warning.Contains("controller memory", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_WhenAskedOfThisHost_ThenTheFactsAreThere()
    {
        var facts = HostFacts.Read();
        Assert.NotEmpty(facts.Kernel);
        Assert.True(facts.MemoryBytes > 1 << 20);
        Assert.Contains(facts.CgroupLayout, new[] { "v1", "v2", "hybrid", "none" });
    }

    private static void AssertField(string field, Action action)
    {
        var error = Assert.Throws<RpcException>(action);
        Assert.Equal(RpcStatusCode.InvalidArgument, error.Code);
        Assert.Equal(field, error.Detail("google.rpc.BadRequest", Contracts.Google.Rpc.BadRequest.Parser)!
            .FieldViolations.Single().Field);
    }
}
