using FedPortal;
using FedPortal.Backup;
using FedPortal.Enrolment;
using FedPortal.Identity;
using FedPortal.Web;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
if (BackupCommand.IsMeant(args))
{
    return await BackupCommand.RunAsync(builder.Configuration, args);
}

builder.AddLogFormat();
builder.AddFederation();
builder.AddPortalIdentity();
builder.AddEnrolment();
builder.Services.AddPlanning();
builder.AddPortalPages(args);

WebApplication app = builder.Build();
if (AccountCommand.IsMeant(args))
{
    return await AccountCommand.RunAsync(app.Services, args, Console.Out, Console.Error);
}

app.UseSiteListener();
app.UsePortalPages();
app.MapPortalIdentity();
app.MapPortalPages();
app.MapFederation();
await app.RunAsync();
return 0;
