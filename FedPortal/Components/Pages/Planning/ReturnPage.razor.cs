using System.Globalization;
using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Institutions;
using FedPortal.Planning;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace FedPortal.Components.Pages.Planning;

public sealed partial class ReturnPage : IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private ReturnAssumptions _assumptions = new();
    private ReturnForecast? _forecast;
    private MeasuredRounds? _measured;
    private IReadOnlyList<string> _problems = [];
    private int _admitted;

    [Inject]
    private PlanningStore Planning { get; set; } = default!;

    [Inject]
    private InstitutionStore Institutions { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Reader { get; set; } = default!;

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        Viewer viewer = PortalClaims.ViewerOf((await Reader).User);
        _measured = await Planning.MeasuredAsync(viewer, _leaving.Token);
        _admitted = (await Institutions.ListAsync(viewer, _leaving.Token)).Count(row => row.Status == InstitutionStatus.Active);
        Restart();
    }

    private void Restart() => Compute(new ReturnAssumptions
    {
        Institutions = _admitted > 0 ? _admitted : new ReturnAssumptions().Institutions,
        RoundSeconds = _measured?.Seconds ?? new ReturnAssumptions().RoundSeconds,
    });

    private void UseMeasured() => Compute(_assumptions with { RoundSeconds = _measured!.Seconds });

    private void Set(ChangeEventArgs change, AssumedFigure figure, Func<Estimate, double, Estimate> set)
    {
        bool isNumber = double.TryParse(change.Value as string, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        Compute(figure.With(set(figure.Value, isNumber ? value : double.NaN)));
    }

    private void SetWhole(ChangeEventArgs change, Func<ReturnAssumptions, int, ReturnAssumptions> set)
    {
        bool isNumber = int.TryParse(change.Value as string, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value);
        Compute(set(_assumptions, isNumber ? value : 0));
    }

    // What cannot be computed is said, and the last result does not stay beside figures it does not belong to.
    private void Compute(ReturnAssumptions assumptions)
    {
        _assumptions = assumptions;
        _problems = assumptions.Problems();
        _forecast = _problems.Count == 0 ? ReturnForecast.Of(assumptions) : null;
    }

    private bool IsMeasured(AssumedFigure figure) => _measured is { } measured && figure.Value == measured.Seconds && figure.With(default) == _assumptions with { RoundSeconds = default };

    private static string Text(double value) => double.IsFinite(value) ? value.ToString("0.###", CultureInfo.InvariantCulture) : "";

    /// <summary>Three leading digits: more would pretend to know.</summary>
    private static string Money(double value)
    {
        double unit = Math.Abs(value) < 1000 ? 1 : Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 2);
        return Words.Count((long)(Math.Round(value / unit) * unit));
    }

    private string Between(Spread spread) => Texts["To", Money(spread.Low), Money(spread.High)].Value;

    private static string Share(Swing swing, ReturnForecast forecast) =>
        (100 * swing.Width / Math.Max(forecast.Swings[0].Width, 1e-9)).ToString("0.#", CultureInfo.InvariantCulture);
}
