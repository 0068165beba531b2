using AngleSharp.Dom;
using FedPortal.Components.Shared;
using Xunit;

namespace FedPortal.Tests.Portal.Web;

public sealed class InlineCodeTests
{
    [Theory]
    [InlineData("Nothing of it.", "Nothing of it.")]
    [InlineData("Send the `ETag` as `If-Match`: else 412.", "Send the <code>ETag</code> as <code>If-Match</code>: else 412.")]
    [InlineData("`detail` says <why>", "<code>detail</code> says &lt;why&gt;")]
    public async Task WhatStandsBetweenBackticks_IsCode(string text, string html)
    {
        ComponentRenderer renderer = await ComponentRenderer.ShowAsync<InlineCode>((nameof(InlineCode.Text), text));

        IDocument page = await renderer.DocumentAsync();

        Assert.Equal(html, page.Body!.InnerHtml.Trim());
    }
}
