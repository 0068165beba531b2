using FedPortal;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddFederation();

WebApplication app = builder.Build();
app.MapFederation();
app.Run();
