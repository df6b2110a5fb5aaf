using System.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Cgroups;

/// <summary>A container that manages cgroups of its own inside this one. Version 2 only.</summary>
public sealed partial class Cgroup
{
    // Every kernel since 4.15 tells the files that may be anybody's; these are the ones that all of them have.
    private const string DelegateList = "/sys/kernel/cgroup/delegate";
    private const string Oldest = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n";

    /// <summary>
    /// Makes a user the owner of the directory and of the files that may be delegated: it can make cgroups inside and
    /// move processes among them; the limits stay root's. Nothing where there is v1:
    /// its files are not made for that.
    /// Errors: <see cref="KernelException"/>. Source: kernel cgroup-v2.rst, "Model of Delegation".
    /// </summary>
    public void Delegate(uint uid)
    {
        if (Layout.Mode != CgroupMode.Unified || Unified is not { } directory)
        {
            return;
        }

        using FileDescriptor self = directory.OpenSelf(OpenFlags.Path, out Errno errno)
            ?? throw new KernelException("openat", errno, directory.FullPath);
        ChangeOwner(self, ".", uid, directory.FullPath);
        foreach (string file in DelegatedFiles().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            ChangeOwner(self, file, uid, directory.FullPath);
        }
    }

    /// <summary>
    /// The v2 cgroup inside this one that a process of it has moved to, for another to be born in; null when it has not,
    /// or lives elsewhere.
    /// </summary>
    public FileDescriptor? OpenInner(int pid)
    {
        if (Unified is not { } directory)
        {
            return null;
        }

        using FileDescriptor? file = FileCalls.TryOpen(null, $"/proc/{pid}/cgroup", OpenFlags.ReadOnly, out _);
        Span<byte> buffer = stackalloc byte[8192];
        int length = file is null ? 0 : FileCalls.ReadAt(file, buffer, 0, out _);
        string prefix = $"0::{Path.Value}/";
        foreach (string line in Encoding.UTF8.GetString(buffer[..Math.Max(length, 0)]).Split('\n'))
        {
            // A name in a cgroup hierarchy is neither "." nor ".." nor a link.
            if (line.StartsWith(prefix, StringComparison.Ordinal))
            {
                return directory.OpenFile(line[prefix.Length..], OpenFlags.Path | OpenFlags.Directory, out _);
            }
        }

        return null;
    }

    private static string DelegatedFiles()
    {
        using FileDescriptor? list = FileCalls.TryOpen(null, DelegateList, OpenFlags.ReadOnly, out _);
        Span<byte> buffer = stackalloc byte[4096];
        int length = list is null ? 0 : FileCalls.ReadAt(list, buffer, 0, out _);
        return length > 0 ? Encoding.ASCII.GetString(buffer[..length]) : Oldest;
    }

    private static unsafe void ChangeOwner(FileDescriptor directory, string file, uint uid, string subject)
    {
        const uint unchanged = uint.MaxValue;
        int result;

        // SAFETY: the path ends with a NUL and lives until the call returns.
        fixed (byte* path = Encoding.ASCII.GetBytes(file + '\0'))
        {
            result = TreeCalls.ChangeOwner(directory.Number, path, uid, unchanged, TreeCalls.SymlinkNoFollow);
        }

        // A kernel need not have every controller whose files the list names.
        if (result < 0 && Kernel.LastError is var errno and not Errno.ENOENT)
        {
            throw new KernelException("fchownat", errno, $"{subject}/{file} = {uid}");
        }
    }
}
