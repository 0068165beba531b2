using System.ComponentModel.DataAnnotations;
using FedPortal.Data;
using FedPortal.Institutions;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Institutions;

/// <summary>The one page that strangers may write on. Robots that fill in the field people do not see are thanked and forgotten.</summary>
public partial class Apply
{
    private bool _isSent;
    private string? _error;

    [Inject]
    private ApplicationStore Applications { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [SupplyParameterFromForm]
    private InputModel Input { get; set; } = default!;

    protected override void OnInitialized() => Input ??= new InputModel();

    private async Task SendAsync()
    {
        if (!string.IsNullOrEmpty(Input.Website))
        {
            _isSent = true;
            return;
        }

        var form = new ApplicationForm(
            Input.Name.Trim(), Input.ShortCode.Trim(), Input.Place.Trim(), Input.ContactName.Trim(), Input.ContactEmail.Trim(), Input.About.Trim(), Input.WantsHosting);
        _isSent = await Applications.ApplyAsync(form, HttpContext.RequestAborted);
        _error = _isSent ? null : Texts["TooManyApplications"].Value;
    }

    private sealed class InputModel : IValidatableObject
    {
        [Required(ErrorMessage = "Say which hospital you are.")]
        [StringLength(100, ErrorMessage = "At most 100 characters, please.")]
        public string Name { get; set; } = "";

        [Required(ErrorMessage = "Say where the hospital is.")]
        [StringLength(100, ErrorMessage = "At most 100 characters, please.")]
        public string Place { get; set; } = "";

        [Required(ErrorMessage = "Choose a short code.")]
        public string ShortCode { get; set; } = "";

        [Required(ErrorMessage = "Say who speaks for the hospital.")]
        [StringLength(100, ErrorMessage = "At most 100 characters, please.")]
        public string ContactName { get; set; } = "";

        [Required(ErrorMessage = "Give an e-mail address.")]
        [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
        [StringLength(200, ErrorMessage = "At most 200 characters, please.")]
        public string ContactEmail { get; set; } = "";

        [Required(ErrorMessage = "Tell the consortium something about your X-rays.")]
        [StringLength(2000, MinimumLength = 20, ErrorMessage = "From 20 to 2000 characters, please.")]
        public string About { get; set; } = "";

        public bool WantsHosting { get; set; }

        /// <summary>No person sees this field.</summary>
        public string? Website { get; set; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (!Institution.IsShortCode(ShortCode.Trim()))
            {
                yield return new ValidationResult("2 to 12 of a–z, 0–9 and -, starting with a letter.", [nameof(ShortCode)]);
            }
        }
    }
}
