namespace ShimService.Tasks.Stats;

/// <summary>Pressure stall information of one resource. Source: kernel Documentation/accounting/psi.rst.</summary>
public sealed record ResourcePressure(PressureAverages Some, PressureAverages? Full);
