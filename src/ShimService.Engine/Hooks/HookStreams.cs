using ShimService.Linux;

namespace ShimService.Engine.Hooks;

/// <summary>What a hook is given at 0 and 2; 1 is /dev/null. They stay the runner's.</summary>
internal readonly record struct HookStreams(FileDescriptor Stdin, FileDescriptor Stderr);
