using System.Runtime.InteropServices;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Launch;

/// <summary>A namespace to be born in.</summary>
/// <param name="File">A namespace file, open.</param>
/// <param name="Kind">What it has to be.</param>
/// <param name="Path">What errors name it by.</param>
public readonly record struct JoinedNamespace(SafeHandle File, NamespaceFlags Kind, string Path);
