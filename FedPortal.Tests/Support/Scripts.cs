using System.Diagnostics;
using Xunit;

namespace FedPortal.Tests.Support;

/// <summary>Small programs for a test to run.</summary>
internal static class Scripts
{
    /// <summary>
    /// Another program writes it: what this process has open for writing is for a moment open in a child that another test starts just then, and cannot be run so long.
    /// </summary>
    /// <returns>The path.</returns>
    public static async Task<string> WriteAsync(string path, string script)
    {
        using Process writer = Process.Start("/bin/sh", ["-c", "printf %s \"$1\" >\"$0\" && chmod 700 \"$0\"", path, $"#!/bin/sh\n{script}\n"]);
        await writer.WaitForExitAsync();
        Assert.Equal(0, writer.ExitCode);
        return path;
    }
}
