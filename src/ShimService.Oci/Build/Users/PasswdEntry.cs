namespace ShimService.Oci.Build.Users;

internal readonly record struct PasswdEntry(string Name, uint Uid, uint Gid);
