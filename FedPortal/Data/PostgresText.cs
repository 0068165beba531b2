using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FedPortal.Data;

/// <summary>
/// Makes PostgreSQL treat text as SQLite does: of any length, compared and sorted byte by byte. Then both databases hold the same and answer in the same order, and times,
/// which are stored as text, sort rightly whatever the server's locale is.
/// </summary>
internal static class PostgresText
{
    public const string Collation = "C";

    public static void Apply(ModelBuilder builder)
    {
        foreach (IMutableEntityType entity in builder.Model.GetEntityTypes().Where(entity => !entity.IsMappedToJson()))
        {
            foreach (IMutableProperty property in entity.GetProperties().Where(IsText))
            {
                property.SetColumnType("text");
                property.SetCollation(Collation);
            }
        }
    }

    private static bool IsText(IMutableProperty property) =>
        property.ClrType == typeof(string) || property.ClrType == typeof(DateTimeOffset) || property.ClrType == typeof(DateTimeOffset?)
        || property.GetProviderClrType() == typeof(string) || property.GetValueConverter()?.ProviderClrType == typeof(string);
}
