namespace ShimService.Containerd.Tests.Harness;

/// <summary>What a <see cref="TtrpcProxy"/> does with a request.</summary>
internal enum ProxiedFate
{
    Pass,

    /// <summary>Never reaches the server; the answer is an empty message.</summary>
    AnswerEmpty,

    /// <summary>The server takes it and answers, and the connection breaks before the answer arrives.</summary>
    LoseAnswer,
}
