using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Retaining;

/// <summary>How many days things are kept, under "Retention"; 0 keeps for ever. The audit log, ledgers, models, results and studies are always kept.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>Uploads that nobody goes on with.</summary>
    public int UploadDays { get; set; } = 3;

    /// <summary>Updates of institutions in rounds that have ended, encrypted or not. Until then a round's sum can be replayed.</summary>
    public int UpdateDays { get; set; } = 365;

    /// <summary>What site programs of hosted institutions said.</summary>
    public int AttemptLogDays { get; set; } = 90;

    /// <summary>Single attempts of work that has ended; the work itself stays on record.</summary>
    public int AttemptDays { get; set; } = 365;

    /// <summary>Sessions that have ended, with the addresses people came from.</summary>
    public int SessionDays { get; set; } = 90;

    /// <summary>Invitations that were accepted, withdrawn or ran out.</summary>
    public int InvitationDays { get; set; } = 90;

    /// <summary>Alerts that are over.</summary>
    public int AlertDays { get; set; } = 365;

    /// <summary>Messages that were sent or given up.</summary>
    public int MessageDays { get; set; } = 30;

    /// <summary>Aggregates of inputs and scores that drift is judged by.</summary>
    public int DriftDays { get; set; } = 730;
}

internal sealed class RetentionOptionsCheck : IValidateOptions<RetentionOptions>
{
    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        string[] problems =
        [
            .. new (string Key, int Days)[]
            {
                (nameof(options.UploadDays), options.UploadDays), (nameof(options.UpdateDays), options.UpdateDays), (nameof(options.AttemptLogDays), options.AttemptLogDays),
                (nameof(options.AttemptDays), options.AttemptDays), (nameof(options.SessionDays), options.SessionDays), (nameof(options.InvitationDays), options.InvitationDays),
                (nameof(options.AlertDays), options.AlertDays), (nameof(options.MessageDays), options.MessageDays), (nameof(options.DriftDays), options.DriftDays),
            }.Where(pair => pair.Days is < 0 or > 36500).Select(pair => $"{RetentionOptions.Section}:{pair.Key} must be from 0 (for ever) to 36500 days but is {pair.Days}."),
        ];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
