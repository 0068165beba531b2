namespace FedPortal.Tests.Architecture;

/// <summary>Finds its way through C# as far as strings and brackets go, without a compiler.</summary>
internal static class CSharpText
{
    /// <summary>Whether a string literal begins here: plain, verbatim, interpolated or raw.</summary>
    public static bool IsString(string source, int at)
    {
        int quote = at;
        while (quote < source.Length && source[quote] is '$' or '@')
        {
            quote++;
        }

        return quote < source.Length && source[quote] == '"';
    }

    /// <summary>The place after the string literal, or single character, that begins here.</summary>
    public static int EndOfString(string source, int at)
    {
        int quote = at;
        while (source[quote] is '$' or '@')
        {
            quote++;
        }

        bool isInterpolated = source[at..quote].Contains('$', StringComparison.Ordinal);
        bool isVerbatim = source[at..quote].Contains('@', StringComparison.Ordinal);
        if (source.AsSpan(quote).StartsWith("\"\"\"", StringComparison.Ordinal))
        {
            return source.IndexOf("\"\"\"", quote + 3, StringComparison.Ordinal) + 3;
        }

        for (int i = quote + 1; i < source.Length; i++)
        {
            if (source[i] == '\\' && !isVerbatim)
            {
                i++;
            }
            else if (isInterpolated && source[i] == '{' && source[i + 1] == '{')
            {
                i++;
            }
            else if (isInterpolated && source[i] == '{')
            {
                i = EndOfBrackets(source, i) - 1;
            }
            else if (source[i] == '"')
            {
                return i + 1;
            }
        }

        return source.Length;
    }

    /// <summary>The place after the bracket that closes the one here.</summary>
    public static int EndOfBrackets(string source, int at)
    {
        int depth = 0;
        for (int i = at; i < source.Length; i = Next(source, i))
        {
            depth += source[i] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return i + 1;
            }
        }

        return source.Length;
    }

    /// <summary>The place after what begins here: a string, a character in quotes, a comment, or one character of code.</summary>
    public static int Next(string source, int at)
    {
        if (IsString(source, at))
        {
            return EndOfString(source, at);
        }

        if (source[at] == '\'' && at + 2 < source.Length && source[at + (source[at + 1] == '\\' ? 3 : 2)] == '\'')
        {
            return at + (source[at + 1] == '\\' ? 4 : 3);
        }

        if (source.AsSpan(at).StartsWith("//", StringComparison.Ordinal))
        {
            int end = source.IndexOf('\n', at);
            return end < 0 ? source.Length : end;
        }

        return at + 1;
    }

    /// <summary>The parts between the commas of the brackets that begin here.</summary>
    public static List<string> Arguments(string source, int at)
    {
        int end = EndOfBrackets(source, at) - 1;
        List<string> parts = [];
        int start = at + 1;
        for (int i = start; i <= end;)
        {
            if (i == end || source[i] == ',')
            {
                parts.Add(source[start..i].Trim());
                start = ++i;
            }
            else
            {
                i = source[i] is '(' or '[' or '{' ? EndOfBrackets(source, i) : Next(source, i);
            }
        }

        return parts;
    }

    /// <summary>String literals with what stands before each, also those inside the holes of others; of an interpolated one the text without its holes.</summary>
    public static IEnumerable<(string Before, string Text)> Strings(string source)
    {
        for (int i = 0; i < source.Length; i = Next(source, i))
        {
            if (!IsString(source, i))
            {
                continue;
            }

            string literal = source[i..EndOfString(source, i)];
            string text = literal;
            if (literal.Split('"', 2)[0].Contains('$', StringComparison.Ordinal))
            {
                text = "";
                for (int at = 0; at < literal.Length;)
                {
                    int end = literal[at] == '{' && literal[at + 1] != '{' ? EndOfBrackets(literal, at) : at + (literal[at] == '{' ? 2 : 1);
                    if (end > at + 2 || literal[at] == '{')
                    {
                        foreach ((string, string) inner in Strings(literal[(at + 1)..(end - 1)]))
                        {
                            yield return inner;
                        }
                    }
                    else
                    {
                        text += literal[at];
                    }

                    at = end;
                }
            }

            yield return (source[..i].TrimEnd(), text.TrimStart('$', '@').Trim('"'));
        }
    }
}
