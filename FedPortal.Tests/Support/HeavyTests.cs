using Xunit;

namespace FedPortal.Tests.Support;

/// <summary>Tests that take the whole machine for seconds: they run one after the other, and alone.</summary>
[CollectionDefinition("Heavy", DisableParallelization = true)]
public sealed class HeavyTests;

/// <summary>Tests with browsers and whole portals: one after the other, beside the small ones, because they mostly wait.</summary>
[CollectionDefinition("EndToEnd")]
public sealed class EndToEndTests;
