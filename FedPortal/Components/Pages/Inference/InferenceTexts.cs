namespace FedPortal.Components.Pages.Inference;

/// <summary>Names the resource file of the texts of the pages on which models are asked: InferenceTexts.resx, and InferenceTexts.xx.resx beside it for another language.</summary>
internal sealed class InferenceTexts;
