using System.Globalization;
using System.Text.Json.Nodes;

namespace FedPortal.Api;

/// <param name="Where">"path", "query" or "header".</param>
public sealed record ApiParameterView(string Name, string Where, string Type, bool IsRequired, string Description);

/// <param name="Schema">The schema's name, for a link; null for what has none.</param>
public sealed record ApiResponseView(string Status, string Description, string Type, string? Schema);

/// <summary>One operation as it is read.</summary>
public sealed record ApiOperationView(
    string Id, string Method, string Path, string Summary, string Description, IReadOnlyList<ApiParameterView> Parameters, string? Body, string? BodySchema, IReadOnlyList<ApiResponseView> Responses);

internal sealed record ApiFieldView(string Name, string Type, string? Schema, bool IsRequired);

/// <param name="Values">Of an enumeration; empty for others.</param>
internal sealed record ApiSchemaView(string Name, IReadOnlyList<ApiFieldView> Fields, IReadOnlyList<string> Values);

/// <param name="Groups">Operations by their tag.</param>
internal sealed record ApiCatalogueView(IReadOnlyList<(string Tag, IReadOnlyList<ApiOperationView> Operations)> Groups, IReadOnlyList<ApiSchemaView> Schemas);

/// <summary>Reads the document back for the page: what people read is what programs get. Like the document, it is made once.</summary>
internal sealed class ApiCatalogue(ApiDocumentText document)
{
    private const string Reference = "#/components/schemas/";
    private ApiCatalogueView? _view;

    public async Task<ApiCatalogueView> ReadAsync(CancellationToken cancellationToken) => _view ??= Read(await document.JsonAsync(cancellationToken));

    private static ApiCatalogueView Read(string json)
    {
        JsonNode root = JsonNode.Parse(json)!;
        var operations =
            from path in root["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            where operation.Value?["operationId"] is not null
            select (Tag: (string)operation.Value!["tags"]![0]!, View: OperationOf(path.Key, operation.Key, operation.Value!));
        return new ApiCatalogueView(
            [.. operations.GroupBy(operation => operation.Tag).Select(group => (group.Key, (IReadOnlyList<ApiOperationView>)[.. group.Select(operation => operation.View)]))],
            [.. root["components"]!["schemas"]!.AsObject().OrderBy(schema => schema.Key, StringComparer.Ordinal).Select(schema => SchemaOf(schema.Key, schema.Value!))]);
    }

    internal static string TypeOf(JsonNode? schema)
    {
        if (schema is not JsonObject known)
        {
            return "any";
        }

        string[] types = [.. known["type"] switch { JsonArray several => several.Select(one => (string)one!), { } one => [(string)one!], null => [] }];
        string main = NameOf(known) is { } name ? name
            : known["oneOf"] is JsonArray choices ? string.Join(" or ", choices.Select(TypeOf))
            : known["enum"] is JsonArray values ? string.Join(" | ", values.Select(value => value?.ToString() ?? "null"))
            : types.Contains("array") ? $"{TypeOf(known["items"])}[]"
            : types.FirstOrDefault(type => type != "null") is { } plain ? known["format"] is { } format ? $"{plain} ({format})" : plain
            : types.Length > 0 ? "null" : "any";
        return types.Length > 1 && types.Contains("null") ? $"{main} or null" : main;
    }

    private static ApiOperationView OperationOf(string path, string method, JsonNode operation)
    {
        JsonNode? body = operation["requestBody"]?["content"]?.AsObject().FirstOrDefault().Value?["schema"];
        return new ApiOperationView(
            (string)operation["operationId"]!, method.ToUpper(CultureInfo.InvariantCulture), path, TextOf(operation["summary"]), TextOf(operation["description"]),
            [.. operation["parameters"]?.AsArray().Select(parameter => new ApiParameterView(
                TextOf(parameter!["name"]), TextOf(parameter["in"]), TypeOf(parameter["schema"]), (bool?)parameter["required"] is true, TextOf(parameter["description"]))) ?? []],
            operation["requestBody"] is null ? null : body is null ? "a file as it is" : TypeOf(body), SchemaIn(body),
            [.. operation["responses"]!.AsObject().Select(response => ResponseOf(response.Key, response.Value!))]);
    }

    private static ApiResponseView ResponseOf(string status, JsonNode response)
    {
        KeyValuePair<string, JsonNode?>? content = response["content"]?.AsObject().FirstOrDefault();
        JsonNode? schema = content?.Value?["schema"];
        return new ApiResponseView(status, TextOf(response["description"]), schema is null ? content?.Key ?? "" : TypeOf(schema), SchemaIn(schema));
    }

    private static ApiSchemaView SchemaOf(string name, JsonNode schema)
    {
        HashSet<string> required = [.. schema["required"]?.AsArray().Select(field => (string)field!) ?? []];
        return new ApiSchemaView(
            name,
            [.. schema["properties"]?.AsObject().Select(field => new ApiFieldView(field.Key, TypeOf(field.Value), SchemaIn(field.Value), required.Contains(field.Key))) ?? []],
            [.. schema["enum"]?.AsArray().Select(value => value?.ToString() ?? "null") ?? []]);
    }

    private static string? SchemaIn(JsonNode? schema) => schema is not JsonObject known ? null
        : NameOf(known) ?? SchemaIn(known["items"]) ?? known["oneOf"]?.AsArray().Select(SchemaIn).FirstOrDefault(name => name is not null);

    private static string? NameOf(JsonObject schema) => (string?)schema["$ref"] is { } reference && reference.StartsWith(Reference, StringComparison.Ordinal) ? reference[Reference.Length..] : null;

    private static string TextOf(JsonNode? text) => (string?)text ?? "";
}
