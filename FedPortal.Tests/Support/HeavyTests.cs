using Xunit;

namespace FedPortal.Tests.Support;

/// <summary>Tests that take the whole machine for seconds: they run one after the other, and alone.</summary>
[CollectionDefinition("Heavy", DisableParallelization = true)]
public sealed class HeavyTests;

/// <summary>Tests of rounds in whole portals and sites that are killed: one after the other, beside the others, because they mostly wait.</summary>
[CollectionDefinition(LongestFirst.EndToEnd)]
public sealed class EndToEndTests;

/// <summary>Tests that walk through pages, in a browser or without: one after the other, beside the others, because they mostly wait.</summary>
[CollectionDefinition(LongestFirst.Browser)]
public sealed class BrowserTests;

/// <summary>Tests of other long work in whole portals: one after the other, beside the others, because they mostly wait.</summary>
[CollectionDefinition(LongestFirst.Jobs)]
public sealed class JobsTests;
