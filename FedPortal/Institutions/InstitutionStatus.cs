namespace FedPortal.Institutions;

public enum InstitutionStatus
{
    /// <summary>May take part in studies.</summary>
    Active,

    /// <summary>Stays on record, but no new study may name it, and its site program gets no work.</summary>
    Suspended,

    /// <summary>Has left for good; stays on record with what it took part in.</summary>
    Withdrawn,
}
