namespace ShimService.Engine.Compile.Input;

/// <summary>What a look at a path showed. <paramref name="Mode"/>: permission bits; 0 for what is missing.</summary>
public readonly record struct PathLook(PathKind Kind, uint Mode = 0);
