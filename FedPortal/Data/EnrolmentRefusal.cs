namespace FedPortal.Data;

/// <summary>Why an enrolment, a renewal or a decision about one was not taken; for a person.</summary>
internal sealed class EnrolmentRefusal(string reason) : Exception(reason);
