using System.ComponentModel.DataAnnotations;
using FedPortal.Data;
using FedPortal.Planning;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Public;

/// <summary>The public form. It is rate-limited by address, capped in number, and has a field that only programs fill in.</summary>
public partial class ConsultationPage
{
    private string? _problem;

    [Inject]
    private PlanningStore Store { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [SupplyParameterFromForm]
    private InputModel Input { get; set; } = default!;

    [SupplyParameterFromQuery]
    private bool Sent { get; set; }

    protected override void OnInitialized() => Input ??= new InputModel();

    private async Task SendAsync()
    {
        // A program that filled the hidden field is told the same as a person, so that it learns nothing.
        bool isDone = !string.IsNullOrEmpty(Input.Website) || await Store.TryAskAsync(Input.Name, Input.Organisation ?? "", Input.Email, Input.Message, HttpContext.RequestAborted);
        if (isDone)
        {
            Navigation.NavigateTo(Urls.With(Urls.Consultation, ("sent", true)));
            return;
        }

        _problem = Text["TooMany"];
    }

    private sealed class InputModel
    {
        [Required(ErrorMessage = "Enter your name.")]
        [StringLength(ConsultationRequest.NameLength)]
        public string Name { get; set; } = "";

        [StringLength(ConsultationRequest.NameLength)]
        public string? Organisation { get; set; } = "";

        [Required(ErrorMessage = "Enter an e-mail address for the answer.")]
        [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
        [StringLength(256)]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Write a few lines.")]
        [StringLength(ConsultationRequest.MessageLength)]
        public string Message { get; set; } = "";

        public string? Website { get; set; } = "";
    }
}
