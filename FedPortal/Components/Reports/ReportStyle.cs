namespace FedPortal.Components.Reports;

/// <summary>The style sheet inside printed reports.</summary>
internal static class ReportStyle
{
    public const string Text = """
        @page { size: A4; margin: 18mm 16mm 20mm; @bottom-left { content: "FedPortal privacy report"; font: 8pt sans-serif; color: #4c5a69; } @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt sans-serif; color: #4c5a69; } }
        * { box-sizing: border-box; }
        body { font: 9.5pt/1.45 "Inter", "DejaVu Sans", sans-serif; color: #15202b; background: #fff; max-width: 180mm; margin: 0 auto; padding: 0; }
        @media screen { body { padding: 12mm 8mm; } }
        h1 { font-size: 18pt; line-height: 1.2; margin: 0 0 2mm; letter-spacing: -0.01em; }
        h2 { font-size: 11.5pt; margin: 7mm 0 2mm; padding-top: 3mm; border-top: 0.6pt solid #8794a3; break-after: avoid; }
        .kind { text-transform: uppercase; letter-spacing: 0.06em; font-size: 7.5pt; color: #0b6a70; margin: 0 0 1mm; font-weight: bold; }
        .muted, footer { color: #4c5a69; }
        p { margin: 0 0 2mm; }
        ul { margin: 0 0 2mm; padding-left: 5mm; }
        li { margin-bottom: 1mm; }
        .facts { font-size: 9pt; }
        .facts th { width: 42mm; font-weight: normal; color: #4c5a69; }
        .facts th, .facts td { border: 0; padding: 0.4mm 1.5mm 0.4mm 0; overflow-wrap: anywhere; }
        table { width: 100%; border-collapse: collapse; font-size: 8pt; margin: 2mm 0 3mm; }
        thead { display: table-header-group; }
        tr { break-inside: avoid; }
        th, td { text-align: left; vertical-align: top; padding: 1mm 1.5mm; border-bottom: 0.4pt solid #d5dbe1; }
        thead th { color: #4c5a69; font-weight: 600; border-bottom: 0.8pt solid #8794a3; }
        .figure { font-size: 12pt; font-weight: bold; white-space: nowrap; }
        .number { text-align: right; white-space: nowrap; }
        .rows thead th:nth-child(n+7) { text-align: right; }
        .refused td { color: #b3261e; }
        .bad { color: #b3261e; font-weight: bold; }
        code { font-family: "DejaVu Sans Mono", monospace; font-size: 7.5pt; overflow-wrap: anywhere; }
        svg { max-width: 100%; height: auto; margin: 2mm 0; }
        footer { margin-top: 8mm; padding-top: 3mm; border-top: 0.6pt solid #8794a3; font-size: 8pt; }
        """;
}
