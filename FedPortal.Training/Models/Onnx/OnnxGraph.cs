namespace FedPortal.Training.Models.Onnx;

/// <summary>Builds an ONNX graph node by node. Weights come from a model's flat vector by their torchvision names; every node's output is its name.</summary>
internal sealed class OnnxGraph(GlobalModel model)
{
    private const float Epsilon = 1e-5f;
    private const int FloatType = 1;
    private const int Int64Type = 7;
    private readonly Dictionary<string, TensorEntry> _tensors = model.Layout.Tensors.ToDictionary(tensor => tensor.Name);
    private readonly ProtoWriter _nodes = new();
    private readonly ProtoWriter _weights = new();
    private readonly HashSet<string> _written = [];
    private int _count;

    /// <summary>Square kernel with padding of half its width, as all of our convolutions have.</summary>
    public string Convolution(string input, string name, int stride, int groups = 1)
    {
        IReadOnlyList<int> shape = _tensors[name + ".weight"].Shape;
        int kernel = shape[2];
        int padding = (kernel - 1) / 2;
        string[] inputs = _tensors.ContainsKey(name + ".bias") ? [input, Weight(name + ".weight"), Weight(name + ".bias")] : [input, Weight(name + ".weight")];
        return Node("Conv", inputs, node =>
        {
            Numbers(node, "kernel_shape", kernel, kernel);
            Numbers(node, "strides", stride, stride);
            Numbers(node, "pads", padding, padding, padding, padding);
            Number(node, "group", groups);
        });
    }

    /// <summary>BatchNorm where the model keeps running statistics of this layer, else GroupNorm.</summary>
    public string Normalization(string input, string name) =>
        _tensors.ContainsKey(name + ".running_mean") ? BatchNormalization(input, name) : GroupNormalization(input, name);

    public string Relu(string input) => Node("Relu", [input]);

    /// <summary>x · sigmoid(x).</summary>
    public string Silu(string input) => Multiply(input, Sigmoid(input));

    public string Sigmoid(string input) => Node("Sigmoid", [input]);

    public string Add(string left, string right) => Node("Add", [left, right]);

    public string Multiply(string left, string right) => Node("Mul", [left, right]);

    public string MaximumPool(string input) => Node("MaxPool", [input], node =>
    {
        Numbers(node, "kernel_shape", 3, 3);
        Numbers(node, "strides", 2, 2);
        Numbers(node, "pads", 1, 1, 1, 1);
    });

    public string AveragePool(string input) => Node("GlobalAveragePool", [input]);

    public string Flatten(string input) => Node("Flatten", [input], node => Number(node, "axis", 1));

    public string Linear(string input, string name, string output) =>
        Node("Gemm", [input, Weight(name + ".weight"), Weight(name + ".bias")], node => Number(node, "transB", 1), output);

    public void SoftMax(string input, string output) => Node("Softmax", [input], node => Number(node, "axis", 1), output);

    /// <summary>One grey channel over all that the network expects.</summary>
    public string Repeat(string input, int channels) =>
        channels == 1 ? input : Node("Concat", [.. Enumerable.Repeat(input, channels)], node => Number(node, "axis", 1));

    public bool Has(string tensor) => _tensors.ContainsKey(tensor);

    public int ChannelsOf(string weight) => _tensors[weight].Shape[0];

    /// <summary>The whole as a GraphProto.</summary>
    public ProtoWriter Finish(string name, string input, int imageSize, IReadOnlyList<string> outputs)
    {
        var graph = new ProtoWriter();
        graph.Append(_nodes);
        graph.Text(2, name);
        graph.Append(_weights);
        graph.Message(11, value => Value(value, input, 1, imageSize, imageSize));
        foreach (string output in outputs)
        {
            graph.Message(12, value => Value(value, output, model.Layout.Description.ClassCount));
        }

        return graph;
    }

    private string BatchNormalization(string input, string name) => Node(
        "BatchNormalization", [input, Weight(name + ".weight"), Weight(name + ".bias"), Weight(name + ".running_mean"), Weight(name + ".running_var")],
        node => Float(node, "epsilon", Epsilon));

    /// <summary>Older runtimes know no GroupNorm: groups become channels of an InstanceNormalization, then scale and shift by channel.</summary>
    private string GroupNormalization(string input, string name)
    {
        int channels = _tensors[name + ".weight"].Count;
        int groups = 32;
        while (channels % groups != 0)
        {
            groups /= 2;
        }

        string one = Constant($"ones_{groups}", [groups], [.. Enumerable.Repeat(1f, groups)]);
        string zero = Constant($"zeros_{groups}", [groups], new float[groups]);
        string shape = Node("Shape", [input]);
        string grouped = Node("Reshape", [input, Integers($"groups_{groups}", 0, groups, -1)]);
        string normal = Node("InstanceNormalization", [grouped, one, zero], node => Float(node, "epsilon", Epsilon));
        string back = Node("Reshape", [normal, shape]);
        string scaled = Multiply(back, Constant(name + ".weight.channel", [1, channels, 1, 1], ValuesOf(name + ".weight")));
        return Add(scaled, Constant(name + ".bias.channel", [1, channels, 1, 1], ValuesOf(name + ".bias")));
    }

    private float[] ValuesOf(string tensor) => model.Values.Slice(_tensors[tensor].Offset, _tensors[tensor].Count).ToArray();

    private string Weight(string name) => Constant(name, [.. _tensors[name].Shape.Select(size => (long)size)], ValuesOf(name));

    private string Constant(string name, long[] shape, float[] values)
    {
        if (_written.Add(name))
        {
            _weights.Message(5, tensor =>
            {
                tensor.Packed(1, shape);
                tensor.Number(2, FloatType);
                tensor.Text(8, name);
                tensor.Raw<float>(9, values);
            });
        }

        return name;
    }

    private string Integers(string name, params long[] values)
    {
        if (_written.Add(name))
        {
            _weights.Message(5, tensor =>
            {
                tensor.Packed(1, [values.Length]);
                tensor.Number(2, Int64Type);
                tensor.Text(8, name);
                tensor.Raw<long>(9, values);
            });
        }

        return name;
    }

    private string Node(string type, IReadOnlyList<string> inputs, Action<ProtoWriter>? attributes = null, string? output = null)
    {
        string name = output ?? $"{type.ToLowerInvariant()}_{_count++}";
        _nodes.Message(1, node =>
        {
            foreach (string input in inputs)
            {
                node.Text(1, input);
            }

            node.Text(2, name);
            node.Text(3, name);
            node.Text(4, type);
            attributes?.Invoke(node);
        });
        return name;
    }

    private static void Float(ProtoWriter node, string name, float value) => node.Message(5, attribute =>
    {
        attribute.Text(1, name);
        attribute.Float(2, value);
        attribute.Number(20, 1);
    });

    private static void Number(ProtoWriter node, string name, long value) => node.Message(5, attribute =>
    {
        attribute.Text(1, name);
        attribute.Number(3, value);
        attribute.Number(20, 2);
    });

    private static void Numbers(ProtoWriter node, string name, params long[] values) => node.Message(5, attribute =>
    {
        attribute.Text(1, name);
        attribute.Packed(8, values);
        attribute.Number(20, 7);
    });

    /// <summary>A float tensor whose first size is the number of images.</summary>
    private static void Value(ProtoWriter value, string name, params int[] sizes)
    {
        value.Text(1, name);
        value.Message(2, type => type.Message(1, tensor =>
        {
            tensor.Number(1, FloatType);
            tensor.Message(2, shape =>
            {
                shape.Message(1, dimension => dimension.Text(2, "images"));
                foreach (int size in sizes)
                {
                    shape.Message(1, dimension => dimension.Number(1, size));
                }
            });
        }));
    }
}
