using System.Globalization;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace FedPortal.Data;

/// <summary>Stores times as UTC text of fixed width: an auditor can read them, and SQLite, which has no time type, sorts and compares them rightly.</summary>
internal sealed class UtcTextConverter() : ValueConverter<DateTimeOffset, string>(
    time => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture),
    text => DateTimeOffset.ParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal))
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
}
