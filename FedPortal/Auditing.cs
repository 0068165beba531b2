using FedPortal.Components.Reports;
using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Jobs.Protected;
using FedPortal.Reports;

namespace FedPortal;

/// <summary>Puts together what auditors use.</summary>
internal static class Auditing
{
    /// <summary>Call it after the database was added: signing begins when the database is ready.</summary>
    public static void AddAuditing(this IServiceCollection services)
    {
        services.AddSingleton<AuditLogStore>();
        services.AddHostedService<AuditSigner>();
        services.AddSingleton<PrivacyReportStore>();
        services.AddSingleton<LedgerComparisons>();
        services.AddSingleton<RiskStore>();
        services.AddSingleton<EvidenceStore>();
        services.AddSingleton<RoundReplays>();
        services.AddSingleton<PdfPrinter>(_ => new PdfPrinter());
        services.AddSingleton<ReportPrinter>();
    }
}
