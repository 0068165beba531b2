namespace FedPortal.Training.Attacks.Inversion;

/// <summary>A 5×5 convolution with padding 2 and a sigmoid, for one image. Parameters: output × input × 5 × 5 weights, then the biases.</summary>
internal sealed record ConvolutionLayer(int Inputs, int Outputs, int InputSize, int Stride)
{
    private const int Kernel = 5;
    private const int Padding = 2;

    public int OutputSize => InputSize / Stride;

    public int OutputCount => Outputs * OutputSize * OutputSize;

    public int ParameterCount => (Outputs * Inputs * Kernel * Kernel) + Outputs;

    public double[] Forward(double[] input, ReadOnlySpan<double> parameters)
    {
        int area = OutputSize * OutputSize;
        double[] output = new double[OutputCount];
        ReadOnlySpan<double> biases = parameters[^Outputs..];
        for (int o = 0; o < Outputs; o++)
        {
            output.AsSpan(o * area, area).Fill(biases[o]);
        }

        foreach (Tap tap in Taps())
        {
            double weight = parameters[tap.Weight];
            for (int y = tap.FirstY; y < tap.LastY; y++)
            {
                int from = tap.InputRow(y);
                int to = tap.OutputRow(y);
                for (int x = tap.FirstX; x < tap.LastX; x++)
                {
                    output[to + x] += weight * input[from + (x * Stride)];
                }
            }
        }

        for (int i = 0; i < output.Length; i++)
        {
            output[i] = 1 / (1 + Math.Exp(-output[i]));
        }

        return output;
    }

    /// <param name="input">As in <see cref="Forward"/>.</param>
    /// <param name="error">Derivative of the loss with respect to the output before its sigmoid.</param>
    /// <param name="parameters">As in <see cref="Forward"/>.</param>
    /// <param name="gradient">Receives the derivative with respect to the parameters.</param>
    /// <returns>The derivative with respect to the input.</returns>
    public double[] Backward(double[] input, double[] error, ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double[] inputError = new double[input.Length];
        foreach (Tap tap in Taps())
        {
            double weight = parameters[tap.Weight];
            double sum = 0;
            for (int y = tap.FirstY; y < tap.LastY; y++)
            {
                int from = tap.InputRow(y);
                int to = tap.OutputRow(y);
                for (int x = tap.FirstX; x < tap.LastX; x++)
                {
                    double e = error[to + x];
                    sum += e * input[from + (x * Stride)];
                    inputError[from + (x * Stride)] += e * weight;
                }
            }

            gradient[tap.Weight] = sum;
        }

        int area = OutputSize * OutputSize;
        for (int o = 0; o < Outputs; o++)
        {
            gradient[gradient.Length - Outputs + o] = error.AsSpan(o * area, area).ToArray().Sum();
        }

        return inputError;
    }

    private IEnumerable<Tap> Taps()
    {
        for (int o = 0; o < Outputs; o++)
        {
            for (int i = 0; i < Inputs; i++)
            {
                for (int k = 0; k < Kernel * Kernel; k++)
                {
                    yield return TapOf(o, i, (k / Kernel) - Padding, (k % Kernel) - Padding, (((o * Inputs) + i) * Kernel * Kernel) + k);
                }
            }
        }
    }

    private Tap TapOf(int output, int input, int shiftY, int shiftX, int weight) => new(
        weight, First(shiftY), Last(shiftY), First(shiftX), Last(shiftX),
        (input * InputSize * InputSize) + (shiftY * InputSize) + shiftX, InputSize * Stride, output * OutputSize * OutputSize, OutputSize);

    private int First(int shift) => Math.Max(0, (Stride - 1 - shift) / Stride);

    private int Last(int shift) => Math.Min(OutputSize, ((InputSize - 1 - shift) / Stride) + 1);

    /// <summary>One weight and the places where it applies: outputs from First to before Last in both directions.</summary>
    private readonly record struct Tap(int Weight, int FirstY, int LastY, int FirstX, int LastX, int InputStart, int InputStep, int OutputStart, int OutputStep)
    {
        public int InputRow(int y) => InputStart + (y * InputStep);

        public int OutputRow(int y) => OutputStart + (y * OutputStep);
    }
}
