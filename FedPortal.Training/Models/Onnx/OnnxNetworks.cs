namespace FedPortal.Training.Models.Onnx;

/// <summary>The networks of <see cref="ClassifierArchitecture"/> as ONNX nodes, from the repeated image to the pooled features' logits.</summary>
internal static class OnnxNetworks
{
    public static void Build(OnnxGraph graph, ClassifierArchitecture architecture, string image, string logits)
    {
        if (architecture == ClassifierArchitecture.EfficientNetB0)
        {
            EfficientNet(graph, image, logits);
        }
        else
        {
            ResNet(graph, image, logits);
        }
    }

    private static void ResNet(OnnxGraph graph, string image, string logits)
    {
        string maps = graph.Relu(graph.Normalization(graph.Convolution(image, "conv1", stride: 2), "bn1"));
        maps = graph.MaximumPool(maps);
        foreach ((int stage, int depth) in new[] { (1, 3), (2, 4), (3, 6), (4, 3) })
        {
            for (int block = 0; block < depth; block++)
            {
                maps = Bottleneck(graph, maps, FormattableString.Invariant($"layer{stage}.{block}"), stride: block == 0 && stage > 1 ? 2 : 1);
            }
        }

        graph.Linear(graph.Flatten(graph.AveragePool(maps)), "fc", logits);
    }

    private static string Bottleneck(OnnxGraph graph, string input, string name, int stride)
    {
        string output = graph.Relu(graph.Normalization(graph.Convolution(input, name + ".conv1", 1), name + ".bn1"));
        output = graph.Relu(graph.Normalization(graph.Convolution(output, name + ".conv2", stride), name + ".bn2"));
        output = graph.Normalization(graph.Convolution(output, name + ".conv3", 1), name + ".bn3");
        string residual = graph.Has(name + ".downsample.0.weight")
            ? graph.Normalization(graph.Convolution(input, name + ".downsample.0", stride), name + ".downsample.1") : input;
        return graph.Relu(graph.Add(output, residual));
    }

    private static void EfficientNet(OnnxGraph graph, string image, string logits)
    {
        string maps = Unit(graph, image, "features.0", stride: 2, activates: true);
        foreach ((int stage, int blocks, int stride) in new[] { (1, 1, 1), (2, 2, 2), (3, 2, 2), (4, 3, 2), (5, 3, 1), (6, 4, 2), (7, 1, 1) })
        {
            for (int block = 0; block < blocks; block++)
            {
                string name = FormattableString.Invariant($"features.{stage}.{block}.block");
                maps = InvertedResidual(graph, maps, name, block == 0 ? stride : 1, hasResidual: block > 0);
            }
        }

        maps = Unit(graph, maps, "features.8", stride: 1, activates: true);
        graph.Linear(graph.Flatten(graph.AveragePool(maps)), "classifier.1", logits);
    }

    private static string InvertedResidual(OnnxGraph graph, string input, string name, int stride, bool hasResidual)
    {
        // The first stage does not expand: its depthwise convolution comes first.
        bool expands = graph.Has(name + ".3.0.weight");
        int part = 0;
        string output = expands ? Unit(graph, input, $"{name}.{part++}", stride: 1, activates: true) : input;
        string depthwise = $"{name}.{part++}";
        output = Unit(graph, output, depthwise, stride, activates: true, groups: graph.ChannelsOf(depthwise + ".0.weight"));
        string squeeze = $"{name}.{part++}";
        string squeezed = graph.Silu(graph.Convolution(graph.AveragePool(output), squeeze + ".fc1", 1));
        output = graph.Multiply(output, graph.Sigmoid(graph.Convolution(squeezed, squeeze + ".fc2", 1)));
        output = Unit(graph, output, $"{name}.{part}", stride: 1, activates: false);
        return hasResidual ? graph.Add(output, input) : output;
    }

    private static string Unit(OnnxGraph graph, string input, string name, int stride, bool activates, int groups = 1)
    {
        string output = graph.Normalization(graph.Convolution(input, name + ".0", stride, groups), name + ".1");
        return activates ? graph.Silu(output) : output;
    }
}
