namespace ShimService.Oci.Build.Users;

internal readonly record struct GroupEntry(string Name, uint Gid, IReadOnlyList<string> Members);
