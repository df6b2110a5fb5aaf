using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Runctypes;
using ShimService.Shim.Options;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using CriOptions = ShimService.Contracts.Containerd.RuntimeOptions.V1.Options;
using RuncOptions = ShimService.Contracts.Containerd.Runc.V1.Options;

namespace ShimService.Shim.Tests.Options;

public sealed class RuntimeOptionsReaderTests
{
    [Theory]
    [InlineData("containerd.runc.v1.Options")]
    [InlineData("type.googleapis.com/containerd.runc.v1.Options")]
    public void Read_WhenRuncs_ThenEveryField(string type)
    {
        var options = Read(type, new RuncOptions
        {
            NoPivotRoot = true, NoNewKeyring = true, ShimCgroup = "/s", IoUid = 1, IoGid = 2, BinaryName = "crun",
            Root = "/r", SystemdCgroup = true, CriuImagePath = "/i",
        });

        Assert.Equal(
            new RuntimeOptions
            {
                NoPivotRoot = true, NoNewKeyring = true, ShimCgroup = "/s", IoUid = 1, IoGid = 2, BinaryName = "crun",
                SystemdCgroup = true,
            },
            options);
    }

    [Fact]
    public void Read_WhenOfAClientOfContainerd17_ThenEveryField()
    {
        var options = Read("containerd.linux.runc.CreateOptions", new CreateOptions
        {
            NoPivotRoot = true, NoNewKeyring = true, ShimCgroup = "/s", IoUid = 1, IoGid = 2,
        });

        Assert.Equal(
            new RuntimeOptions { NoPivotRoot = true, NoNewKeyring = true, ShimCgroup = "/s", IoUid = 1, IoGid = 2 },
            options);
    }

    [Theory]
    [InlineData("runtimeoptions.v1.Options")]
    [InlineData("cri.runtimeoptions.v1.Options")]
    public void Read_WhenCris_ThenTheTableIsRead(string type)
    {
        var options = Read(type, new CriOptions
        {
            TypeUrl = "x", ConfigBody = ByteString.CopyFromUtf8("Group = 'g'\nshim_cgroup = \"/s\"\nRoot = ''\n"),
        });

        Assert.Equal(new RuntimeOptions { Group = "g", ShimCgroup = "/s" }, options);
    }

    [Fact]
    public void Read_WhenAPathIsGiven_ThenItsFileCounts()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["o.toml"], "no_new_keyring = true\nwhen_full = 'drop-oldest'");

        var options = Read("runtimeoptions.v1.Options", new CriOptions
        {
            ConfigPath = directory["o.toml"], ConfigBody = ByteString.CopyFromUtf8("Group = 'g'"),
        });

        Assert.Equal(new RuntimeOptions { NoNewKeyring = true, WhenFull = WhenFull.DropOldest }, options);
    }

    [Fact]
    public void Read_WhenThereIsNone_ThenDefaults()
    {
        Assert.Equal(RuntimeOptions.None, RuntimeOptionsReader.Read(null));
        Assert.Equal(RuntimeOptions.None, RuntimeOptionsReader.Read(new Any()));
        Assert.Equal(RuntimeOptions.None, Read("containerd.runc.v1.Options", new RuncOptions()));
    }

    [Theory]
    [InlineData("io.containerd.runsc.v1.Options", "", "io.containerd.runsc.v1.Options")]
    [InlineData("containerd.runc.v1.Options", "\u0007\u0007", "do not parse")]
    [InlineData("runtimeoptions.v1.Options", "\u001a\u0005Bad=1", "\"Bad\" is unknown")]
    [InlineData("runtimeoptions.v1.Options", "\u001a\u0007Group=1", "a text in quotes")]
    [InlineData("runtimeoptions.v1.Options", "\u001a\u000fSystemdCgroup=1", "true or false")]
    [InlineData("runtimeoptions.v1.Options", "\u001a\u000fIoUid=1\nIoUid=2", "twice")]
    [InlineData("runtimeoptions.v1.Options", "\u0012\u0005/none", "/none")]
    public void Read_WhenItCannotBe_ThenInvalidArgumentSaysWhat(string type, string value, string message)
    {
        var failure = Assert.Throws<TaskException>(() => RuntimeOptionsReader.Read(
            new Any { TypeUrl = type, Value = ByteString.CopyFromUtf8(value) }));

        Assert.Equal((ErrorKind.InvalidArgument, "options"), (failure.Kind, failure.Field));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    private static RuntimeOptions Read(string type, IMessage message) =>
        RuntimeOptionsReader.Read(new Any { TypeUrl = type, Value = message.ToByteString() });
}
