using ShimService.Oci.Model;
using ShimService.Oci.Tests.Specs;
using ShimService.Oci.Write;

namespace ShimService.Oci.Tests.Validation;

/// <summary>What goes into a cgroup's files as it is: read, written and refused.</summary>
public sealed class ControllerFileRuleTests
{
    [Theory]
    [InlineData("\"unified\":{\"../memory.high\":\"1\"}", "unified[../memory.high]")]
    [InlineData("\"unified\":{\"memory\":\"1\"}", "unified[memory]")]
    [InlineData("\"unified\":{\".high\":\"1\"}", "unified[.high]")]
    [InlineData("\"unified\":{\"cgroup.procs\":\"1\"}", "unified[cgroup.procs]")]
    [InlineData("\"unified\":{\"memory.high\":\"1\\u0000\"}", "unified[memory.high]")]
    [InlineData("\"rdma\":{\"a b\":{\"hcaHandles\":1}}", "rdma[a b]")]
    [InlineData("\"rdma\":{\"a\":{}}", "rdma[a]")]
    [InlineData("\"rdma\":{\"a\":{\"hcaHandles\":-1}}", "rdma.a.hcaHandles")]
    [InlineData("\"network\":{\"priorities\":[{\"name\":\"a b\",\"priority\":1}]}", "network.priorities[0].name")]
    [InlineData("\"network\":{\"priorities\":[{\"name\":\"a23456789012345f\",\"priority\":1}]}", "network.priorities[0].name")]
    [InlineData("\"network\":{\"priorities\":[{\"name\":\"a\"}]}", "network.priorities[0]")]
    [InlineData("\"network\":{\"classID\":4294967296}", "network.classID")]
    public void Parse_WhenAFileWouldGetWhatIsNotIts_ThenRefused(string resources, string field) => Assert.Equal(
        $"linux.resources.{field}", Sample.Refused(Sample.Minimal(linux: $"\"resources\":{{{resources}}}")).Field);

    [Fact]
    public void Write_WhenAllIsGiven_ThenItReadsTheSame()
    {
        const string resources = "\"resources\":{\"unified\":{\"memory.high\":\"1\",\"io.max\":\"a\\nb\"},"
            + "\"rdma\":{\"mlx5_1\":{\"hcaHandles\":3,\"hcaObjects\":4},\"b\":{\"hcaObjects\":0}},"
            + "\"network\":{\"classID\":5,\"priorities\":[{\"name\":\"eth0\",\"priority\":6}]}}";
        var again = Spec.Parse(SpecWriter.Write(Sample.Parse(Sample.Minimal(linux: resources)))).Linux.Resources!;

        Assert.Equal(("1", "a\nb"), (again.Unified["memory.high"], again.Unified["io.max"]));
        Assert.Equal([new LinuxRdma("mlx5_1", 3, 4), new LinuxRdma("b", null, 0)], again.Rdma);
        Assert.Equal(5U, again.Network!.ClassId);
        Assert.Equal([new LinuxInterfacePriority("eth0", 6)], again.Network.Priorities);
    }
}
