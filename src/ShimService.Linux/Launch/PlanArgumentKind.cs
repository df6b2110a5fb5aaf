namespace ShimService.Linux.Launch;

internal enum PlanArgumentKind : byte
{
    Number,
    Text,
    Texts,
    Block,
    Result,
    AnyResult,
    Descriptor,
    ChildPid,
}
