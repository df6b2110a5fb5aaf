namespace ShimService.Tasks.Views;

public enum KillScope
{
    /// <summary>The process that is named.</summary>
    Process,

    /// <summary>Every process of the container.</summary>
    Container,
}
