using ShimService.Oci.Model;

namespace ShimService.Oci.Build.Profiles;

/// <summary>A rule of a profile, and when it is one.</summary>
internal sealed record ProfileRule(LinuxSyscallRule Rule, ProfileCondition Includes, ProfileCondition Excludes);
