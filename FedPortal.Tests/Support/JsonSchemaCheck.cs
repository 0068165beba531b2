using System.Text.Json;
using System.Text.Json.Nodes;

namespace FedPortal.Tests.Support;

/// <summary>Checks JSON against the parts of JSON Schema 2020-12 that the portal's document uses; a keyword it does not know is a problem, not a pass.</summary>
internal sealed class JsonSchemaCheck(JsonNode root)
{
    private static readonly HashSet<string> Known =
        ["type", "$ref", "properties", "required", "items", "enum", "oneOf", "anyOf", "additionalProperties", "format", "description", "default", "pattern", "minimum", "maximum", "minLength", "maxLength"];

    private static readonly HashSet<string> Types = ["null", "boolean", "object", "array", "number", "string", "integer"];

    /// <summary>What does not fit, each with its place; empty when all does.</summary>
    public IReadOnlyList<string> Problems(JsonNode? value, JsonNode schema)
    {
        List<string> problems = [];
        Check(value, schema, "$", problems);
        return problems;
    }

    /// <summary>What is wrong with a schema itself.</summary>
    public IEnumerable<string> ProblemsOfSchema(JsonNode? node, string place)
    {
        if (node is not JsonObject schema)
        {
            return node is JsonValue flag && flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? [] : [$"{place} is no schema"];
        }

        IEnumerable<string> own = schema.Select(keyword => keyword.Key).Where(keyword => !Known.Contains(keyword) && !keyword.StartsWith("x-", StringComparison.Ordinal)).Select(keyword => $"{place} uses the keyword {keyword}")
            .Concat(TypesOf(schema).Where(type => !Types.Contains(type)).Select(type => $"{place} has the type {type}"))
            .Concat(schema["$ref"] is { } reference && Resolve((string)reference!) is null ? [$"{place} refers to {reference}, which is not there"] : []);
        return own
            .Concat(schema["properties"]?.AsObject().SelectMany(property => ProblemsOfSchema(property.Value, $"{place}.{property.Key}")) ?? [])
            .Concat(schema["items"] is { } items ? ProblemsOfSchema(items, $"{place}[]") : [])
            .Concat(schema["additionalProperties"] is { } more ? ProblemsOfSchema(more, $"{place}.*") : [])
            .Concat(new[] { "oneOf", "anyOf" }.SelectMany(keyword => schema[keyword]?.AsArray().SelectMany((one, i) => ProblemsOfSchema(one, $"{place}/{keyword}/{i}")) ?? []));
    }

    public JsonNode? Resolve(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            return null;
        }

        JsonNode? node = root;
        foreach (string segment in reference[2..].Split('/'))
        {
            node = node is JsonArray array ? array.ElementAtOrDefault(int.Parse(segment, System.Globalization.CultureInfo.InvariantCulture)) : node?[segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)];
        }

        return node;
    }

    private void Check(JsonNode? value, JsonNode node, string place, List<string> problems)
    {
        if (node is not JsonObject schema)
        {
            return;
        }

        if (schema["$ref"] is { } reference)
        {
            Check(value, Resolve((string)reference!)!, place, problems);
        }

        string kind = KindOf(value);
        string[] types = TypesOf(schema);
        if (types.Length > 0 && !types.Contains(kind) && !(kind == "integer" && types.Contains("number")))
        {
            problems.Add($"{place}: expected {string.Join(" or ", types)} but it is {kind}");
            return;
        }

        if (schema["enum"] is JsonArray values && !values.Any(one => JsonNode.DeepEquals(one, value)))
        {
            problems.Add($"{place}: {value?.ToJsonString() ?? "null"} is none of {values.ToJsonString()}");
        }

        foreach (string keyword in new[] { "oneOf", "anyOf" })
        {
            if (schema[keyword] is JsonArray choices && choices.All(choice => Problems(value, choice!).Count > 0))
            {
                problems.Add($"{place}: fits no choice of {keyword}: {string.Join("; ", choices.SelectMany(choice => Problems(value, choice!)).Take(4))}");
            }
        }

        CheckInside(value, schema, place, problems);
    }

    private void CheckInside(JsonNode? value, JsonObject schema, string place, List<string> problems)
    {
        if (value is JsonArray array && schema["items"] is { } items)
        {
            foreach ((int i, JsonNode? element) in array.Index())
            {
                Check(element, items, $"{place}[{i}]", problems);
            }
        }

        if (value is not JsonObject fields)
        {
            return;
        }

        problems.AddRange(schema["required"]?.AsArray().Select(name => (string)name!).Where(name => !fields.ContainsKey(name)).Select(name => $"{place}: lacks {name}") ?? []);
        JsonObject? properties = schema["properties"]?.AsObject();
        foreach ((string name, JsonNode? field) in fields)
        {
            if (properties?[name] is { } known)
            {
                Check(field, known, $"{place}.{name}", problems);
            }
            else if (schema["additionalProperties"] is JsonObject more)
            {
                Check(field, more, $"{place}.{name}", problems);
            }
            else if (properties is not null)
            {
                // The portal's own answers hold nothing that the document does not tell of.
                problems.Add($"{place}: {name} is not in the document");
            }
        }
    }

    private static string[] TypesOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray several => [.. several.Select(type => (string)type!)],
        { } one => [(string)one!],
        null => [],
    };

    private static string KindOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        _ => value.ToJsonString().AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? "integer" : "number",
    };
}
