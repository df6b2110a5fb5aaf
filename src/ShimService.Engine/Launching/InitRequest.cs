using ShimService.Oci.Model;

namespace ShimService.Engine.Launching;

/// <summary>What an init is compiled from.</summary>
/// <param name="Spec">Validated.</param>
/// <param name="Bundle">Absolute path; a relative root.path is below it.</param>
/// <param name="CgroupTasks">
/// Hierarchies whose tasks file the child has to write, in this order: a descriptor
/// <see cref="LaunchNames.CgroupTasks"/> for each, named before any other.
/// </param>
public sealed record InitRequest(Spec Spec, string Bundle, IReadOnlyList<string> CgroupTasks);
