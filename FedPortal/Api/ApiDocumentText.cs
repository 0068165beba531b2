using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FedPortal.Api;

/// <summary>The document as JSON. Endpoints do not change while the portal runs, so it is made once.</summary>
internal sealed class ApiDocumentText([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider documents) : IDisposable
{
    private readonly SemaphoreSlim _making = new(1);
    private string? _json;

    public async Task<string> JsonAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _json) is { } known)
        {
            return known;
        }

        await _making.WaitAsync(cancellationToken);
        try
        {
            return _json ??= await MakeAsync(cancellationToken);
        }
        finally
        {
            _making.Release();
        }
    }

    public void Dispose() => _making.Dispose();

    private async Task<string> MakeAsync(CancellationToken cancellationToken)
    {
        OpenApiDocument document = await documents.GetOpenApiDocumentAsync(cancellationToken);
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken);
    }
}
