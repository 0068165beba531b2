namespace FedPortal.Api;

/// <summary>What the gate of the API has to know of an operation beyond its method and policy.</summary>
internal sealed record ApiTraits
{
    /// <summary>Takes an <c>Idempotency-Key</c>: a repetition makes nothing more.</summary>
    public bool MakesSomething { get; init; }

    /// <summary>Computes only: tokens that may just read can use it in spite of its method.</summary>
    public bool ChangesNothing { get; init; }

    /// <summary>Takes an <c>If-Match</c>: nothing moves where the thing changed since it was read.</summary>
    public bool IsGuarded { get; init; }

    /// <summary>Its body is a file as it is.</summary>
    public bool TakesBytes { get; init; }

    /// <summary>Why only a person in front of a browser can do it; null where a program may.</summary>
    public string? NeedsPerson { get; init; }

    public static ApiTraits Of(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<ApiTraits>() ?? new ApiTraits();
}
