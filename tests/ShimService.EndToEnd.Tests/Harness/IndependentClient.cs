using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests.Harness;

/// <summary>
/// A gRPC client in another language, driven by lines of JSON (tests/lib/clients). It knows our .proto files and
/// nothing else of ours.
/// </summary>
internal sealed class IndependentClient : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentDictionary<int, ClientCall> _calls = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private int _last;

    private IndependentClient(Process process)
    {
        _process = process;
        _reading = ReadAllAsync();
    }

    public static async Task<IndependentClient> StartAsync(ClientKind kind, string socket)
    {
        string protos = Repository.In("protos");
        Process process = kind switch
        {
            ClientKind.Node => Command.Start("node", Repository.In("tests/lib/clients/node/client.js"), socket, protos),
            ClientKind.Python => Command.Start(
                "/usr/bin/python3", Repository.In("tests/lib/clients/python_client.py"), socket, protos),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such client"),
        };
        var client = new IndependentClient(process);
        await client._ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return client;
    }

    /// <summary>A unary call of TaskService, or of the service before the slash.</summary>
    /// <exception cref="ClientException">It did not end well.</exception>
    public async Task<JsonObject> CallAsync(string method, string request, int? timeoutSeconds = 60)
    {
        List<JsonObject> messages = await (await OpenAsync(method, request, timeoutSeconds)).AllAsync();
        return Assert.Single(messages);
    }

    /// <summary>Expects the call to fail with that code.</summary>
    public async Task<ClientException> FailAsync(string code, string method, string request)
    {
        ClientException error = await Assert.ThrowsAsync<ClientException>(() => CallAsync(method, request));
        Assert.True(code == error.Code, $"{code} expected: {error.Message}");
        return error;
    }

    /// <summary>A call with more than one message; the request may be null for one that we stream.</summary>
    public async Task<ClientCall> OpenAsync(string method, string? request, int? timeoutSeconds = null)
    {
        int number = Interlocked.Increment(ref _last);
        string full = method.Contains('/') ? method : "shimservice.v1.TaskService/" + method;
        var call = new ClientCall(this, number, full);
        _calls[number] = call;
        await WriteAsync(new JsonObject
        {
            ["call"] = number,
            ["method"] = full,
            ["request"] = request is null ? null : JsonNode.Parse(request),
            ["timeout"] = timeoutSeconds,
        });
        return call;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(5)));
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _reading;
        _process.Dispose();
        _writing.Dispose();
    }

    internal async Task WriteAsync(JsonObject line)
    {
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(line.ToJsonString());
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAllAsync()
    {
        Task<string> errors = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } text)
        {
            JsonObject line = JsonNode.Parse(text)!.AsObject();
            if (line["ready"] is not null)
            {
                _ready.TrySetResult();
            }
            else if (_calls.TryGetValue(line["call"]!.GetValue<int>(), out ClientCall? call))
            {
                call.Accept(line);
            }
        }

        string reason = "the client ended: " + await errors;
        _ready.TrySetException(new InvalidOperationException(reason));
        foreach (ClientCall call in _calls.Values)
        {
            call.Abandon(reason);
        }
    }
}
