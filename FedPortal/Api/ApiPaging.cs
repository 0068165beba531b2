using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace FedPortal.Api;

/// <summary>One page of a list: the answer is an array, and the header <c>Link</c> with <c>rel="next"</c> leads to the next page where there is one.</summary>
/// <param name="Limit">Entries on a page, 1 to 1,000.</param>
/// <param name="After">The key of the last entry of the page before: its id, or its number where it has no id.</param>
internal readonly record struct ApiPaging([property: FromQuery(Name = "limit")] int? Limit, [property: FromQuery(Name = "after")] string? After)
{
    public const int Usual = 100;
    public const int Most = 1000;

    /// <exception cref="ApiRefusal">It is not from 1 to 1,000: 422.</exception>
    public int Size => Limit is null or (>= 1 and <= Most) ? Limit ?? Usual : throw ApiRefusal.Unfit($"The limit must be from 1 to {Most} but is {Limit}.");

    /// <summary>How many entries come before this page, for lists that go on after a number of entries.</summary>
    /// <exception cref="ApiRefusal">It goes on after something else: 422.</exception>
    public int Skipped => After is null ? 0
        : int.TryParse(After, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : throw ApiRefusal.Unfit($"This list goes on after a number of entries, not after '{After}'.");

    /// <summary>Cuts the page out of a whole list.</summary>
    /// <exception cref="ApiRefusal">The list has no such entry: 422.</exception>
    public T[] Of<T>(HttpContext http, IReadOnlyList<T> all, Func<T, string> keyOf)
    {
        int begin = 0;
        if (After is { } after)
        {
            begin = all.Index().Where(entry => keyOf(entry.Item) == after).Select(entry => entry.Index + 1).FirstOrDefault();
            if (begin == 0)
            {
                throw ApiRefusal.Unfit($"The list has no entry '{after}' to go on after.");
            }
        }

        return Next(http, [.. all.Skip(begin).Take(Size + 1)], keyOf);
    }

    /// <summary>As <see cref="Next{T}(HttpContext, IReadOnlyList{T}, Func{T, string})"/>, for lists that go on after a number of entries.</summary>
    public T[] Next<T>(HttpContext http, IReadOnlyList<T> oneMore)
    {
        int before = Skipped;
        return [.. Next(http, [.. oneMore.Index()], entry => (before + entry.Index + 1).ToString(CultureInfo.InvariantCulture)).Select(entry => entry.Item)];
    }

    /// <summary>Of a page read with one entry more than its size: leads to the next one where that entry is there.</summary>
    public T[] Next<T>(HttpContext http, IReadOnlyList<T> oneMore, Func<T, string> keyOf)
    {
        T[] page = [.. oneMore.Take(Size)];
        if (oneMore.Count > page.Length)
        {
            Dictionary<string, string?> query = http.Request.Query.ToDictionary(pair => pair.Key, pair => (string?)pair.Value.ToString());
            query["after"] = keyOf(page[^1]);
            http.Response.Headers.Link = $"<{QueryHelpers.AddQueryString(http.Request.Path, query)}>; rel=\"next\"";
        }

        return page;
    }
}
