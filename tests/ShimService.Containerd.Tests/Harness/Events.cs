using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>`ctr events`: what containerd says to all its clients.</summary>
internal sealed class Events : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<(string Topic, JsonElement Event)> _lines =
        Channel.CreateUnbounded<(string Topic, JsonElement Event)>();
    private readonly Task _reading;

    private Events(Process process)
    {
        _process = process;
        _reading = ReadAllAsync();
    }

    /// <summary>Subscribed when it answers: an event of the caller's own making came back.</summary>
    public static async Task<Events> WatchAsync(ContainerdDaemon daemon)
    {
        var events = new Events(daemon.CtrStart("events"));
        for (int probe = 0; !events._lines.Reader.TryRead(out _); probe++)
        {
            Assert.True(probe < 50, "ctr events says nothing");
            (await daemon.CtrAsync("image", "label", ContainerdDaemon.Image, $"probe={probe}")).Expect();
        }

        return events;
    }

    /// <summary>Topics and subjects of one container, up to and with the topic.</summary>
    /// <returns>"/tasks/exit ID" with the exec's id, or the container's; other topics alone.</returns>
    public async Task<List<string>> UntilAsync(string container, string topic)
    {
        using var over = new CancellationTokenSource(Limit);
        var seen = new List<string>();
        try
        {
            await foreach ((string name, JsonElement one) in _lines.Reader.ReadAllAsync(over.Token))
            {
                if (one.TryGetProperty("container_id", out JsonElement id) && id.GetString() == container)
                {
                    seen.Add(name == "/tasks/exit"
                        ? $"{name} {one.GetProperty("id").GetString()} {Status(one)}"
                        : name);
                    if (name == topic)
                    {
                        return seen;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"no {topic} of {container} after: {string.Join(", ", seen)}");
        }

        throw new InvalidOperationException("ctr events ended");
    }

    /// <summary>Topics of one container, up to the deletion of another, for "nothing came of it".</summary>
    public async Task<List<string>> AllOfAsync(string container, string until)
    {
        using var over = new CancellationTokenSource(Limit);
        var seen = new List<string>();
        await foreach ((string name, JsonElement one) in _lines.Reader.ReadAllAsync(over.Token))
        {
            string? id = one.TryGetProperty("container_id", out JsonElement value) ? value.GetString() : null;
            if (id == container)
            {
                seen.Add(name);
            }
            else if (id == until && name == "/tasks/delete")
            {
                return seen;
            }
        }

        throw new InvalidOperationException("ctr events ended");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    // protojson leaves a status of 0 out.
    private static uint Status(JsonElement one) =>
        one.TryGetProperty("exit_status", out JsonElement status) ? status.GetUInt32() : 0;

    private async Task ReadAllAsync()
    {
        Task<string> errors = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            // "2026-01-01 10:00:00.0 +0000 UTC NAMESPACE /tasks/exit {…}"
            int json = line.IndexOf('{', StringComparison.Ordinal);
            string topic = json < 0 ? "" : line[..json].TrimEnd().Split(' ')[^1];
            if (topic.Length > 0)
            {
                using JsonDocument document = JsonDocument.Parse(line[json..]);
                _lines.Writer.TryWrite((topic, document.RootElement.Clone()));
            }
        }

        await errors;
        _lines.Writer.TryComplete();
    }
}
