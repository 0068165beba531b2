using System.Text;

namespace FedPortal.Training.Protocol;

/// <summary>The site's own keys, made at the site on first use or at enrolment. They never leave its home; the portal is shown the public card only.</summary>
public static class SiteIdentity
{
    /// <param name="home">Where the keys lie: <see cref="SiteHome.IdentityFile"/>.</param>
    /// <param name="name">The institution's short code: the name on the card.</param>
    /// <exception cref="InvalidDataException">The file is damaged: nothing is made anew then.</exception>
    public static IdentityKeys LoadOrCreate(SiteHome home, string name)
    {
        byte[] pem = PrivateFile.LoadOrCreate(home.IdentityFile, () =>
        {
            using var made = IdentityKeys.Create(name);
            return Encoding.UTF8.GetBytes(made.ExportPem());
        });
        return IdentityKeys.Parse(name, Encoding.UTF8.GetString(pem));
    }
}
