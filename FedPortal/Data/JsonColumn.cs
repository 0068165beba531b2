using System.Text.Json;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FedPortal.Data;

/// <summary>Keeps an immutable value as JSON text in one column.</summary>
internal static class JsonColumn
{
    public static PropertyBuilder<T> IsJson<T>(this PropertyBuilder<T> property)
    {
        property.HasConversion(
            value => JsonSerializer.Serialize(value, ProtocolJson.Options),
            text => JsonSerializer.Deserialize<T>(text, ProtocolJson.Options)!,
            new ValueComparer<T>(
                (left, right) => Text(left) == Text(right),
                value => Text(value).GetHashCode(StringComparison.Ordinal),
                value => value));
        return property;
    }

    private static string Text<T>(T? value) => JsonSerializer.Serialize(value, ProtocolJson.Options);
}
