using System.Globalization;
using System.Net;
using AngleSharp;
using AngleSharp.Dom;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.HtmlRendering.Infrastructure;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.HtmlRendering;
using Microsoft.Extensions.Logging.Abstractions;

namespace FedPortal.Tests.Portal.Web;

/// <summary>
/// Renders one component as interactive and hands out its HTML as a document. Every event handler is written as an attribute with its number, so that a
/// test can fire the event of the element that a CSS selector finds.
/// </summary>
internal sealed class ComponentRenderer(IServiceProvider services) : StaticHtmlRenderer(services, NullLoggerFactory.Instance)
{
    private static readonly string[] VoidElements = ["area", "br", "col", "hr", "img", "input", "link", "meta"];
    private HtmlRootComponent _root;

    protected override RendererInfo RendererInfo => new("Test", isInteractive: true);

    /// <summary>Renders a component that needs nothing but the clock and its texts.</summary>
    public static async Task<ComponentRenderer> ShowAsync<T>(params (string Name, object? Value)[] parameters)
        where T : IComponent
    {
        ServiceProvider services = new ServiceCollection().AddLogging().AddLocalization().AddSingleton(TimeProvider.System).BuildServiceProvider();
        var renderer = new ComponentRenderer(services);
        await renderer.RenderAsync<T>(parameters);
        return renderer;
    }

    public Task RenderAsync<T>(params (string Name, object? Value)[] parameters)
        where T : IComponent => Dispatcher.InvokeAsync(async () =>
        {
            _root = BeginRenderingComponent(typeof(T), ParameterView.FromDictionary(parameters.ToDictionary(pair => pair.Name, pair => pair.Value)));
            await _root.QuiescenceTask;
        });

    public Task<IDocument> DocumentAsync() => Dispatcher.InvokeAsync(async () =>
    {
        using var html = new StringWriter();
        _root.WriteHtmlTo(html);
        return await BrowsingContext.New(Configuration.Default).OpenAsync(response => response.Content(html.ToString()));
    });

    public async Task ClickAsync(string selector)
    {
        IElement element = (await DocumentAsync()).QuerySelector(selector) ?? throw new InvalidOperationException($"No element matches {selector}.");
        string handler = element.GetAttribute("data-onclick") ?? throw new InvalidOperationException($"{selector} does not react to clicks.");
        await Dispatcher.InvokeAsync(() => DispatchEventAsync(ulong.Parse(handler, CultureInfo.InvariantCulture), null, new MouseEventArgs(), waitForQuiescence: true));
    }

    protected override Task UpdateDisplayAsync(in RenderBatch renderBatch) => Task.CompletedTask;

    protected override void WriteComponentHtml(int componentId, TextWriter output)
    {
        ArrayRange<RenderTreeFrame> frames = GetCurrentRenderTreeFrames(componentId);
        WriteFrames(frames, 0, frames.Count, output);
    }

    private void WriteFrames(ArrayRange<RenderTreeFrame> frames, int position, int end, TextWriter output)
    {
        while (position < end)
        {
            ref RenderTreeFrame frame = ref frames.Array[position];
            switch (frame.FrameType)
            {
                case RenderTreeFrameType.Element:
                    WriteElement(frames, position, output);
                    position += frame.ElementSubtreeLength;
                    break;
                case RenderTreeFrameType.Component:
                    RenderChildComponent(output, ref frame);
                    position += frame.ComponentSubtreeLength;
                    break;
                case RenderTreeFrameType.Region:
                    WriteFrames(frames, position + 1, position + frame.RegionSubtreeLength, output);
                    position += frame.RegionSubtreeLength;
                    break;
                case RenderTreeFrameType.Text:
                    output.Write(WebUtility.HtmlEncode(frame.TextContent));
                    position++;
                    break;
                case RenderTreeFrameType.Markup:
                    output.Write(frame.MarkupContent);
                    position++;
                    break;
                default:
                    position++;
                    break;
            }
        }
    }

    private void WriteElement(ArrayRange<RenderTreeFrame> frames, int position, TextWriter output)
    {
        RenderTreeFrame element = frames.Array[position];
        int end = position + element.ElementSubtreeLength;
        output.Write($"<{element.ElementName}");
        int next = position + 1;
        for (; next < end && frames.Array[next].FrameType == RenderTreeFrameType.Attribute; next++)
        {
            WriteAttribute(frames.Array[next], output);
        }

        output.Write('>');
        WriteFrames(frames, next, end, output);
        if (!VoidElements.Contains(element.ElementName))
        {
            output.Write($"</{element.ElementName}>");
        }
    }

    private static void WriteAttribute(in RenderTreeFrame attribute, TextWriter output)
    {
        if (attribute.AttributeEventHandlerId > 0)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $" data-{attribute.AttributeName}=\"{attribute.AttributeEventHandlerId}\""));
        }
        else if (attribute.AttributeValue is true)
        {
            output.Write($" {attribute.AttributeName}");
        }
        else if (attribute.AttributeValue is not (null or false) && !attribute.AttributeName.StartsWith("__internal", StringComparison.Ordinal))
        {
            output.Write($" {attribute.AttributeName}=\"{WebUtility.HtmlEncode(Convert.ToString(attribute.AttributeValue, CultureInfo.InvariantCulture))}\"");
        }
    }
}
