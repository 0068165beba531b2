using System.Text.Json.Serialization;

namespace FedPortal.Planning;

/// <summary>What a consortium assumes about cost and use. Nothing in it is measured but the seconds of a round, and those only where they are given.</summary>
public sealed record ReturnAssumptions
{
    /// <summary>Institutions that take part.</summary>
    public int Institutions { get; init; } = 5;

    /// <summary>Years over which cost and benefit are compared.</summary>
    public int Years { get; init; } = 3;

    /// <summary>Hours of staff to join, at each institution, once.</summary>
    public Estimate SetUpHours { get; init; } = new(40, 80, 160);

    /// <summary>Hours of staff to take part, at each institution and year.</summary>
    public Estimate YearlyHours { get; init; } = new(50, 100, 200);

    /// <summary>Cost of an hour of that staff.</summary>
    public Estimate StaffHourCost { get; init; } = new(50, 75, 110);

    /// <summary>Rounds of training a year.</summary>
    public Estimate RoundsPerYear { get; init; } = new(50, 120, 300);

    /// <summary>Seconds of computing for one round at one institution.</summary>
    public Estimate RoundSeconds { get; init; } = new(300, 900, 3600);

    /// <summary>Cost of an hour of the computer that trains.</summary>
    public Estimate MachineHourCost { get; init; } = new(0.5, 1.5, 4);

    /// <summary>Readings a year, over all institutions, in which the model is used.</summary>
    public Estimate ReadingsPerYear { get; init; } = new(10_000, 40_000, 100_000);

    /// <summary>Minutes a reading is shorter with the model.</summary>
    public Estimate MinutesSaved { get; init; } = new(0, 0.3, 1);

    /// <summary>Cost of an hour of whoever reads.</summary>
    public Estimate ReaderHourCost { get; init; } = new(60, 95, 150);

    /// <summary>What each institution would spend, once, to give its images to a central collection: contracts, de-identification, transfer.</summary>
    public Estimate AvoidedCollection { get; init; } = new(0, 10_000, 40_000);

    /// <summary>Each uncertain figure with its name, and this set of assumptions with it replaced.</summary>
    [JsonIgnore]
    public IReadOnlyList<AssumedFigure> Figures =>
    [
        new("Staff hours to join, each institution", SetUpHours, value => this with { SetUpHours = value }),
        new("Staff hours a year, each institution", YearlyHours, value => this with { YearlyHours = value }),
        new("Cost of a staff hour", StaffHourCost, value => this with { StaffHourCost = value }),
        new("Rounds a year", RoundsPerYear, value => this with { RoundsPerYear = value }),
        new("Seconds of computing, each round and institution", RoundSeconds, value => this with { RoundSeconds = value }),
        new("Cost of a computer hour", MachineHourCost, value => this with { MachineHourCost = value }),
        new("Readings a year with the model", ReadingsPerYear, value => this with { ReadingsPerYear = value }),
        new("Minutes saved, each reading", MinutesSaved, value => this with { MinutesSaved = value }),
        new("Cost of a reader's hour", ReaderHourCost, value => this with { ReaderHourCost = value }),
        new("Central collection avoided, each institution", AvoidedCollection, value => this with { AvoidedCollection = value }),
    ];

    /// <summary>What is wrong, in words for people; empty when it can be computed.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [.. Figures.Select(figure => figure.Value.Problem(figure.Name)).OfType<string>()];
        if (Institutions is < 1 or > 1000)
        {
            problems.Add($"Institutions must be from 1 to 1000 but are {Institutions}.");
        }

        if (Years is < 1 or > 20)
        {
            problems.Add($"Years must be from 1 to 20 but are {Years}.");
        }

        return problems;
    }
}

/// <summary>One uncertain figure of a set of assumptions.</summary>
/// <param name="With">The same assumptions with another value of it.</param>
public sealed record AssumedFigure(string Name, Estimate Value, Func<Estimate, ReturnAssumptions> With);
