namespace FedPortal.Components.Pages.Studies;

/// <summary>Names the resource file of the texts of the pages of studies: StudyTexts.resx, and StudyTexts.xx.resx beside it for another language.</summary>
internal sealed class StudyTexts;
