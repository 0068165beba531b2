using System.Diagnostics.Metrics;

namespace FedPortal.Operation.Monitoring;

/// <summary>How long requests take, by the pattern of their address: never by the address itself, which would make a line for every round.</summary>
public sealed class RequestMeter : IHostedService, IDisposable
{
    private const string Source = "Microsoft.AspNetCore.Hosting";
    private const string Instrument = "http.server.request.duration";

    private readonly MeterListener _listener = new();

    public LabelledHistogram Durations { get; } = new(
        "fedportal_http_request_duration_seconds", "How long requests took, by method, pattern of the address and kind of answer.", ["method", "route", "status"],
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Source && instrument.Name == Instrument)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(OnMeasured);
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    private void OnMeasured(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        string method = "", route = "none";
        int status = 0;
        foreach ((string key, object? value) in tags)
        {
            switch (key)
            {
                case "http.request.method":
                    method = $"{value}";
                    break;
                case "http.route":
                    route = $"{value}";
                    break;
                case "http.response.status_code":
                    status = value is int code ? code : 0;
                    break;
            }
        }

        // An upgraded connection lives as long as its page is open: that is no duration of a request.
        if (status != StatusCodes.Status101SwitchingProtocols)
        {
            Durations.Observe(seconds, method, route, status == 0 ? "none" : $"{status / 100}xx");
        }
    }
}
