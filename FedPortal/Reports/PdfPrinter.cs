using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using FedPortal.Training.Processes;

namespace FedPortal.Reports;

/// <summary>A PDF could not be made; the message is for people.</summary>
public sealed class PdfException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Prints a self-contained HTML page as PDF with the program WeasyPrint in a child process: the page goes in and the PDF comes out through pipes, under
/// limits on time, size and how many run at once. Where the program is missing that is said; there is no other way round.
/// </summary>
public sealed class PdfPrinter : IDisposable
{
    private const string DefaultProgram = "weasyprint";
    private const int MostHtmlBytes = 16 << 20;
    private const int MostPdfBytes = 64 << 20;
    private const int MostAtOnce = 2;
    private static readonly byte[] Signature = "%PDF-"u8.ToArray();

    private readonly string _program;
    private readonly TimeSpan _limit;
    private readonly SemaphoreSlim _places = new(MostAtOnce);

    public PdfPrinter()
        : this(DefaultProgram, TimeSpan.FromSeconds(90))
    {
    }

    internal PdfPrinter(string program, TimeSpan limit) => (_program, _limit) = (program, limit);

    /// <param name="html">A whole page without references to other files.</param>
    /// <exception cref="PdfException">The program is missing, too slow or failed; or the page or the result is too large.</exception>
    public async Task<byte[]> PrintAsync(string html, CancellationToken cancellationToken)
    {
        byte[] page = Encoding.UTF8.GetBytes(html);
        if (page.Length > MostHtmlBytes)
        {
            throw new PdfException($"The report is too long for a PDF: expected at most {MostHtmlBytes >> 20} MiB of HTML but got {page.Length >> 20}. Print it from the browser instead.");
        }

        await _places.WaitAsync(cancellationToken);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(_limit);
            using Process process = Start();
            try
            {
                return await RunAsync(process, page, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new PdfException($"The PDF was not ready after {_limit.TotalSeconds:0} seconds.");
            }
            finally
            {
                End(process);
            }
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private Process Start()
    {
        // "-" is standard input and output. Nothing of the page becomes an argument.
        try
        {
            return Process.Start(ChildProgram.Of(_program, ["--encoding", "utf-8", "-", "-"], Path.GetTempPath())) ?? throw new PdfException($"The program {_program} did not start.");
        }
        catch (Win32Exception missing)
        {
            throw new PdfException($"PDF files are made by the program {_program}, which is not installed here (Debian: apt-get install weasyprint). The print page works without it.", missing);
        }
    }

    private async Task<byte[]> RunAsync(Process process, byte[] page, CancellationToken cancellationToken)
    {
        using var pdf = new MemoryStream();
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
        Task output = ReadAsync(process.StandardOutput.BaseStream, pdf, cancellationToken);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(page, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended before it read everything; its exit status and its words say why.
        }

        await output;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0 || !pdf.GetBuffer().AsSpan(0, (int)pdf.Length).StartsWith(Signature))
        {
            string last = (await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "no words";
            throw new PdfException($"The program {_program} ended with status {process.ExitCode}: {last}");
        }

        return pdf.ToArray();
    }

    private static async Task ReadAsync(Stream source, MemoryStream target, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[1 << 16];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (target.Length + read > MostPdfBytes)
            {
                throw new PdfException($"The PDF is longer than {MostPdfBytes >> 20} MiB.");
            }

            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
