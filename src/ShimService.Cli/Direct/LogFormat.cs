namespace ShimService.Cli.Direct;

/// <summary>How a log line is written: NAME=VALUE words, or a JSON object.</summary>
internal enum LogFormat
{
    Text,
    Json,
}
