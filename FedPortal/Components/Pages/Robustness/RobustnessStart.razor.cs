using System.Globalization;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Models;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Robustness;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace FedPortal.Components.Pages.Robustness;

public partial class RobustnessStart
{
    private RobustnessTest _test = RobustnessTest.Fgsm;
    private RobustnessTarget _target = RobustnessTarget.Phantoms;
    private string _phantoms = "120";
    private string _budgets = string.Join(' ', Disturbances.DefaultStrengths(Disturbance.Fgsm).Select(strength => strength.ToString(CultureInfo.InvariantCulture)));
    private string _steps = "10";
    private bool _trains = true;
    private bool _isBusy;
    private bool _isRefused;
    private string? _answer;

    [Parameter, EditorRequired]
    public RobustnessView View { get; set; } = default!;

    [Inject]
    private RobustnessSchedule Schedule { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Reader { get; set; } = default!;

    private IEnumerable<RobustnessTest> Tests => RobustnessOrder.TestsFor(View.KnowsPhantoms);

    private bool IsGradient => RobustnessOrder.HasBudgets(_test);

    private bool IsPhantomsOnly => _test == RobustnessTest.Inversion;

    private RobustnessTarget Target => IsPhantomsOnly ? RobustnessTarget.Phantoms : _target;

    /// <summary>Half the widest Wilson interval with so many images.</summary>
    private double HalfWidth => int.TryParse(_phantoms, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
        && Intervals.Wilson(count / 2, count) is { } interval ? (interval.Upper - interval.Lower) / 2 : 0.5;

    protected override void OnParametersSet() => _target = View.KnowsPhantoms ? _target : RobustnessTarget.Holdouts;

    private async Task StartAsync()
    {
        _isBusy = true;
        _answer = Read(out RobustnessOrder order, out int phantoms)
            ?? await Schedule.StartAsync(View.StudyId, View.Version, order.ToPlan(), Target, phantoms, PortalClaims.NameOf((await Reader).User), CancellationToken.None);
        _isRefused = _answer is not null;
        _answer ??= Texts["Queued"].Value;
        _isBusy = false;
    }

    /// <returns>What is wrong with the form, or null.</returns>
    private string? Read(out RobustnessOrder order, out int phantoms)
    {
        order = new RobustnessOrder(_test, Target, TrainsNetworks: _trains);
        phantoms = 0;
        if (Target == RobustnessTarget.Phantoms && !int.TryParse(_phantoms, NumberStyles.None, CultureInfo.InvariantCulture, out phantoms))
        {
            return Texts["PhantomsNotWhole", _phantoms].Value;
        }

        if (IsGradient)
        {
            List<double> budgets = [];
            foreach (string word in _budgets.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (!double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double budget))
                {
                    return Texts["BudgetsNotNumbers", word].Value;
                }

                budgets.Add(budget);
            }

            order = order with { Budgets = budgets };
        }

        if (_test == RobustnessTest.Pgd)
        {
            if (!int.TryParse(_steps, NumberStyles.None, CultureInfo.InvariantCulture, out int steps))
            {
                return Texts["StepsNotWhole", _steps].Value;
            }

            order = order with { Steps = steps };
        }

        return null;
    }
}
