namespace ShimService.Network.Tools;

/// <summary>How a tool ended.</summary>
internal readonly record struct ToolResult(int Status, string Output, string Complaint);
