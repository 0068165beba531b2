using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using FedPortal.Planning;
using FedPortal.Studies;

namespace FedPortal.Api;

/// <summary>The body of a request of the people's API. Fields it does not know are refused, and so are nulls where a value belongs.</summary>
internal interface IApiRequest;

/// <summary>What was made.</summary>
internal sealed record ApiMade(Guid Id);

/// <summary>JSON may say null for what may not be null in C#; such a body is refused before an operation sees it.</summary>
internal static class ApiRequests
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> NeverNull = new();

    /// <exception cref="ApiRefusal">422, with the name of the field.</exception>
    public static void RequireWhole(IList<object?> arguments)
    {
        foreach (object body in arguments.OfType<object>().Where(argument => argument is IApiRequest or StudyForm or ReturnAssumptions))
        {
            foreach (PropertyInfo property in NeverNull.GetOrAdd(body.GetType(), NeverNullOf))
            {
                object? value = property.GetValue(body);
                if (value is null || (value is IEnumerable list and not string && list.Cast<object?>().Contains(null)))
                {
                    throw ApiRefusal.Unfit($"The field '{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}' must have a value but is or holds null.");
                }
            }
        }
    }

    private static PropertyInfo[] NeverNullOf(Type type)
    {
        var nullability = new NullabilityInfoContext();
        return [.. type.GetProperties().Where(property => !property.PropertyType.IsValueType && property.GetIndexParameters().Length == 0
            && nullability.Create(property).ReadState == NullabilityState.NotNull)];
    }
}
