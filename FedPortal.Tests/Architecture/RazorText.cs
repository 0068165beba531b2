using System.Text.RegularExpressions;

namespace FedPortal.Tests.Architecture;

/// <summary>Reads a page as a reader would: the text between its tags and in the attributes that are read, without code. Enough for the pages of this portal; not a compiler.</summary>
internal sealed partial class RazorText
{
    private static readonly string[] ReadAttributes =
        ["Title", "Label", "Lead", "Hint", "Note", "Question", "Confirmation", "Text", "Parent", "Otherwise", "Placeholder", "BandName", "Missing", "ReferenceName", "aria-label", "title", "alt", "placeholder"];

    private static readonly string[] Void = ["br", "img", "input", "hr", "link", "meta", "col"];

    private readonly string _source;
    private readonly Stack<bool> _isCode = []; // what is open: a block of code, or an element
    private readonly List<string> _plain = [];
    private readonly List<string> _code = [];
    private string _text = "";
    private int _at;
    private bool _isLiteral; // inside code or pre

    private RazorText(string source) => _source = source;

    /// <summary>Text as it stands in the mark-up, and the expressions whose value is read.</summary>
    public static (IReadOnlyList<string> Plain, IReadOnlyList<string> Expressions) Of(string source)
    {
        var page = new RazorText(Directives().Replace(Comments().Replace(source.Split("\n@code")[0], ""), ""));
        page.Read();
        return (page._plain, page._code);
    }

    private bool InCode => _isCode.TryPeek(out bool isCode) && isCode;

    private void Read()
    {
        while (_at < _source.Length)
        {
            if (InCode)
            {
                ReadStatement();
            }
            else if (_source[_at] == '@')
            {
                ReadTransition();
            }
            else if (IsTag())
            {
                ReadTag();
            }
            else
            {
                _text += _source[_at++];
            }
        }

        Flush();
    }

    private void Flush()
    {
        if (!_isLiteral && !string.IsNullOrWhiteSpace(_text))
        {
            _plain.Add(_text.Trim());
        }

        _text = "";
    }

    private bool IsTag() => _source[_at] == '<' && _at + 1 < _source.Length && (char.IsAsciiLetter(_source[_at + 1]) || _source[_at + 1] is '/' or '!');

    private void ReadStatement()
    {
        if (_source[_at] == '}')
        {
            _isCode.Pop();
            _at++;
            Match otherwise = Else().Match(_source, _at);
            if (otherwise.Success && !InCode)
            {
                Enter(_at + otherwise.Length);
            }
        }
        else if (_source[_at] == '{')
        {
            _isCode.Push(true);
            _at++;
        }
        else if (IsTag() && _source[.._at].TrimEnd()[^1] is '{' or '}' or ';' or ':' or ')' or '>')
        {
            ReadTag();
        }
        else if (_source[_at] == '@' && Control().IsMatch(_source, _at))
        {
            ReadTransition();
        }
        else
        {
            _at = CSharpText.Next(_source, _at);
        }
    }

    private void ReadTransition()
    {
        Match control = Control().Match(_source, _at);
        if (control.Success)
        {
            Flush();
            Enter(_at + control.Length);
        }
        else if (_source[_at + 1] == '@')
        {
            _at += 2;
        }
        else
        {
            int end = EndOfExpression(_source, _at);
            _code.Add(_source[_at..end]);
            _text += ' ';
            _at = end;
        }
    }

    /// <summary>Past the head of a statement, whose round brackets may follow, to inside its block.</summary>
    private void Enter(int at)
    {
        while (_source[at] != '{')
        {
            at = _source[at] == '(' ? CSharpText.EndOfBrackets(_source, at) : at + 1;
        }

        _isCode.Push(true);
        _at = at + 1;
    }

    private void ReadTag()
    {
        Flush();
        Match name = TagName().Match(_source, _at);
        bool isEnd = _source[_at + 1] == '/';
        _at += name.Length;
        bool isClosed = false;
        while (_source[_at] != '>')
        {
            isClosed = _source[_at] == '/';
            Match attribute = Attribute().Match(_source, _at);
            if (attribute.Success)
            {
                _at += attribute.Length;
                ReadValue(attribute.Groups[1].Value);
            }
            else
            {
                _at++;
            }
        }

        _at++;
        _isLiteral = !isEnd && name.Groups[1].Value is "code" or "pre";
        if (isEnd)
        {
            _isCode.TryPop(out _);
        }
        else if (!isClosed && !Void.Contains(name.Groups[1].Value))
        {
            _isCode.Push(false);
        }
    }

    private void ReadValue(string name)
    {
        bool isRead = ReadAttributes.Contains(name);
        string text = "";
        while (_source[_at] != '"')
        {
            if (_source.AsSpan(_at).StartsWith("@@", StringComparison.Ordinal))
            {
                text += '@';
                _at += 2;
                continue;
            }

            int end = _source[_at] == '@' ? EndOfExpression(_source, _at) : _at + 1;
            if (end > _at + 1 && (isRead || name == "Value"))
            {
                _code.Add(_source[_at..end]);
            }

            text += end > _at + 1 ? " " : _source[_at].ToString();
            _at = end;
        }

        _at++;
        if (isRead && !string.IsNullOrWhiteSpace(text))
        {
            _plain.Add(text.Trim());
        }
    }

    private static int EndOfExpression(string source, int at)
    {
        if (source[at + 1] == '(')
        {
            return CSharpText.EndOfBrackets(source, at + 1);
        }

        int end = at + 1;
        while (end < source.Length)
        {
            if (source[end] is '(' or '[')
            {
                end = CSharpText.EndOfBrackets(source, end);
            }
            else if (char.IsLetterOrDigit(source[end]) || source[end] == '_' || (source[end] is '.' or '!' or '?' && end + 1 < source.Length && (char.IsLetter(source[end + 1]) || source[end + 1] is '_' or '.' or '[')))
            {
                end++;
            }
            else
            {
                break;
            }
        }

        return end;
    }

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"^@(page|using|inject|inherits|implements|attribute|layout|typeparam|rendermode)\b.*$", RegexOptions.Multiline)]
    private static partial Regex Directives();

    [GeneratedRegex(@"\G@(?:(?:if|foreach|for|while|switch)\b|(?=\{))")]
    private static partial Regex Control();

    [GeneratedRegex(@"\G\s*else\b")]
    private static partial Regex Else();

    [GeneratedRegex(@"\G</?!?([\w.:-]+)")]
    private static partial Regex TagName();

    [GeneratedRegex(@"\G([@\w:.-]+)=""")]
    private static partial Regex Attribute();
}
