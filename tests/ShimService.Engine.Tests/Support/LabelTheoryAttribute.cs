using ShimService.Engine.Compile.Input;

namespace ShimService.Engine.Tests.Support;

/// <summary>As <see cref="LabelFactAttribute"/>, for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LabelTheoryAttribute : TheoryAttribute
{
    public LabelTheoryAttribute(SecurityModules needed) => Skip = LabelFactAttribute.Missing(needed);
}
