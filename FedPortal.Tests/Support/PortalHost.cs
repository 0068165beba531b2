using System.Net;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Training.Native;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Quartz;
using Xunit;

namespace FedPortal.Tests.Support;

/// <summary>A whole portal on a free port of the loopback interface, with its own data directory, which is removed at the end.</summary>
public class PortalHost : WebApplicationFactory<PortalUser>, IAsyncLifetime
{
    public const int MaxUploadBytes = 2 << 20;
    public const string Password = "correct horse battery staple";

    private readonly TemporaryFolder _folder = new();
    private int _users;
    private Task<SampleConsortium>? _sample;
    private Task? _standBy;

    public Uri Address { get; private protected set; } = new("http://localhost");

    public virtual ValueTask InitializeAsync()
    {
        UseKestrel(0);
        StartServer();
        Address = new UriBuilder(ClientOptions.BaseAddress) { Host = "localhost" }.Uri;
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Skips the test, with the reason, where the native library or the site program is not built.</summary>
    public static void RequireTraining()
    {
        string? missing = new[] { "libfedtorch.so", "xray-decode" }.FirstOrDefault(file => !IsBuilt(file));
        Assert.SkipWhen(missing is not null, $"{missing} is not built: ./fedportal native");
    }

    /// <summary>Speaks HTTP as a stranger; it keeps cookies and follows no redirect.</summary>
    /// <param name="cookies">Keeps them; a jar of its own where nobody wants to look into it.</param>
    public HttpClient NewClient(CookieContainer? cookies = null) =>
        new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies ?? new CookieContainer() }) { BaseAddress = Address };

    /// <summary>Speaks HTTP as this user.</summary>
    public async Task<HttpClient> SignInAsync(string email, string password = Password, CookieContainer? cookies = null)
    {
        HttpClient client = NewClient(cookies);
        using HttpResponseMessage answer = await client.SubmitAsync("/account/sign-in", "sign-in", ("Input.Email", email), ("Input.Password", password));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return client;
    }

    /// <summary>Makes a user of a role whose password is <see cref="Password"/>.</summary>
    /// <returns>The e-mail address, a new one each time.</returns>
    public async Task<string> AddUserAsync(string role, Guid? institution = null, Guid? second = null)
    {
        await using AsyncServiceScope scope = Services.CreateAsyncScope();
        UserManager<PortalUser> users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        string email = $"user{Interlocked.Increment(ref _users)}@example.test";
        var user = new PortalUser { Id = Guid.CreateVersion7(), UserName = email, Email = email, DisplayName = $"A. {role}", InstitutionIds = [.. new[] { institution, second }.OfType<Guid>()] };
        IdentityResult made = await users.CreateAsync(user, Password);
        Assert.True(made.Succeeded, made.ToString());
        Assert.True((await users.AddToRoleAsync(user, role)).Succeeded);
        return email;
    }

    /// <summary>From now on jobs are asked for and do not run.</summary>
    public Task StandByAsync() => _standBy ??= StandByOnceAsync();

    /// <summary>This portal's database, where once something else happens between what is read and what is saved.</summary>
    internal Interrupted Interrupt(Func<Task> act) => new(_folder.Path, act);

    /// <summary>The made-up consortium of this portal; made at the first call.</summary>
    internal Task<SampleConsortium> SampleAsync() => _sample ??= SampleConsortium.AddToAsync(this);

    /// <summary>Makes an account as the command line does.</summary>
    public async Task<(string Email, string OneTimePassword)> AddOneTimeUserAsync(string role)
    {
        await using AsyncServiceScope scope = Services.CreateAsyncScope();
        string email = $"once{Interlocked.Increment(ref _users)}@example.test";
        (string? password, IReadOnlyList<string> errors) = await scope.ServiceProvider.GetRequiredService<AccountCreation>().CreateAsync(email, role);
        Assert.Empty(errors);
        return (email, password!);
    }

    private async Task StandByOnceAsync()
    {
        IScheduler scheduler = await Services.GetRequiredService<ISchedulerFactory>().GetScheduler();

        // It starts in the background, and the end of its start would undo a stand-by, even one asked for when RunningSince is known.
        await Eventually.HoldsAsync(async () => await scheduler.GetStatus() == SchedulerStatus.Running);
        await scheduler.Standby();
    }

    private static bool IsBuilt(string file)
    {
        try
        {
            return NativeFiles.Find(file).Length > 0;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("Portal:DataDirectory", _folder.Path);
        if (TestDatabase.ConnectionString(_folder.Path) is { } server)
        {
            builder.UseSetting(PortalDatabase.Setting, server);
        }

        builder.UseSetting("Portal:MaxUploadBytes", $"{MaxUploadBytes}");
        builder.UseSetting("Inference:MaxBytes", "1000000");
        builder.UseSetting("SignIn:AttemptsPerMinute", "10000");
        builder.UseSetting("Enrolment:AttemptsPerMinute", "10000");
        builder.UseSetting("Accounts:RevalidationSeconds", "1");
        builder.UseSetting("Alerts:DiskFreeGigabytes", "0");
        builder.UseSetting("Logging:LogLevel:Default", "Error");

        // A crowded machine may load a model, or end a portal, for longer than a person would wait.
        builder.UseSetting("Inference:RequestSeconds", "600");
        builder.ConfigureServices(services => services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(3)));
    }
}
