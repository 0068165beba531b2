namespace FedPortal.Institutions;

public enum InstitutionStatus
{
    /// <summary>May take part in studies.</summary>
    Active,

    /// <summary>Stays on record, but no new study may name it.</summary>
    Suspended,
}
