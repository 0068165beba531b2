using System.CommandLine;
using System.Globalization;
using FedPortal.Encryption.SecureAggregation.Advice;
using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Site.CommandLine.SecureAggregation;

/// <summary><c>secagg advise</c>: which parameter sets fit a study, what they cost, and why the others do not fit.</summary>
internal static class AdviseCommand
{
    public static Command Create()
    {
        var values = new Option<long>("--values") { Description = "Values in an update.", Required = true };
        var clients = new Option<int>("--clients") { Description = "Institutions.", Required = true };
        var bits = new Option<int>("--bits") { Description = "Bits of a value.", DefaultValueFactory = _ => 8 };
        var weight = new Option<long?>("--total-weight") { Description = "Sum of the integer weights; the number of institutions by default." };
        var noise = new Option<double>("--noise") { Description = "Standard deviation of each institution's noise, in levels." };
        var level = new Option<int>("--security") { Description = "128, 192 or 256 bits.", DefaultValueFactory = _ => 128 };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("advise", "Lists the parameter sets for a study.") { values, clients, bits, weight, noise, level, json };
        command.SetAction(parsed =>
        {
            int institutions = parsed.GetValue(clients);
            var demand = new SumDemand(institutions, parsed.GetValue(weight) ?? institutions, parsed.GetValue(bits), parsed.GetValue(noise));
            try
            {
                var request = new AdviceRequest(parsed.GetValue(values), demand, parsed.GetValue(level));
                IReadOnlyList<SetAdvice> advice = ParameterAdvisor.Advise(request);
                parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json)
                    ? CommandOutput.Json(advice.Select(AdviceRow.From))
                    : string.Join(Environment.NewLine, advice.Select(Describe)));
                return advice[0].Fit.Fits ? 0 : 1;
            }
            catch (ArgumentException exception)
            {
                parsed.InvocationConfiguration.Error.WriteLine(exception.Message);
                return 2;
            }
        });
        return command;
    }

    private static string Describe(SetAdvice advice)
    {
        ParameterSet set = advice.Fit.Set;
        string head = string.Create(CultureInfo.InvariantCulture,
            $"{set.Name,-17} N={set.Degree} log2 q={set.ModulusBits} lanes {set.Lanes}x{set.LaneBits} drop {set.DroppedBits}  "
            + $"{advice.BytesPerValue:F2} bytes/value  security {advice.SecurityEstimateBits:F0} bits (estimate), table {set.ModulusBits} of {advice.AllowedModulusBits}");
        return advice.Fit.Fits
            ? head + string.Create(CultureInfo.InvariantCulture,
                $"\n  fits with {advice.Fit.MarginBits:F2} bits of margin; update {advice.UpdateBytes / 1e6:F1} MB, shares {advice.ShareBytes / 1e3:F0} kB; "
                + $"error of the mean {advice.QuantisationError:0.0E+0} of the bound, noise {advice.NoiseError:0.0E+0}; "
                + $"here on one core: protect {advice.ProtectSeconds:F2} s, sum {advice.SumSeconds:F2} s, decrypt {advice.DecryptSeconds:F2} s")
            : head + "\n  does not fit: " + string.Join(" ", advice.Fit.Refusals);
    }
}
