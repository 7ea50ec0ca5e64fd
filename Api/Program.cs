using Ax2;
using Ax2.Admin;
using Ax2.Captions;
using Ax2.Credits;
using Ax2.Deletion;
using Ax2.Http;
using Ax2.Jobs;
using Ax2.Limits;
using Ax2.Media;
using Ax2.Users;
using Ax2.Workspaces;
using Microsoft.Extensions.Options;

// The public process: a thin client of the silos that holds no provider key and no logic. This is its table of
// contents.
RefusedStart.SayInOneLine(failure => failure is OptionsValidationException);
var builder = WebApplication.CreateBuilder(args);
var start = new HostStart(builder.Logging);
var services = builder.Services;

services.AddSingleton(TimeProvider.System);
builder.UseClusterClient();
builder.UseTrafficLimits();
builder.KeepSecretsOutOfLogs();
services.AddProblems();
services.AddApiJson();
services.AddApiDocument();
services.AddWorkspaceHeaderToDocument();
services.AddCredentials();
services.AddSingleton<Memberships>();
services.AddMailOutbox(builder.Configuration);
services.AddJobList();
services.AddJobEvents();
services.AddDiskObjects(builder.Configuration);
services.AddApiHealth(cluster => cluster.GetGrain<ISpeechCatalogGrain>(0).GetLanguages());

var app = builder.Build();
app.UseForwardedHeaders();
app.UseSafeHeaders();
app.UseProblems();
app.UsePages();
app.UseAddressLimits();
app.UseAuthentication();
app.UseCrossSiteGuard();
app.UseCallerLimits();
app.UseAuthorization();
app.UseWorkspaceAccess();

app.MapGroup("").WithoutLimits().MapApiHealth();
app.MapApiDocument();
app.MapDiskObjects().LimitAs(RateClass.Read, RateClass.Upload);
app.MapTokenKeys();
app.MapMailOutbox();

// Authorization is here, once: who must be signed in, what an API key needs the scope for, and which class the
// routes are of, which says what roles in the workspace may call them. The program does not start over a route without.
var open = app.MapGroup("/api/v1").For(RouteClass.Open);
var signIn = open.MapGroup("").LimitAs(RateClass.SignIn).TakeAtMost(bytes: 4096);
signIn.MapSignUp();
signIn.MapMailedLinks();
signIn.MapSignIn();
signIn.MapExternalSignIn();
open.MapPrices();
var signedIn = app.MapGroup("/api/v1").RequireAuthorization().ProducesProblem(StatusCodes.Status401Unauthorized);
var own = signedIn.MapGroup("").For(RouteClass.Self);
own.MapMe();
own.MapGroup("").LimitAs(RateClass.Read, RateClass.SignIn).MapAccount();
own.MapGroup("").LimitAs(RateClass.Read, RateClass.SignIn).MapDeletion();
own.MapSignOut();
own.MapDevices();
own.MapApiKeys();
own.MapGroup("").LimitAs(RateClass.Read, RateClass.SignIn).MapSecondFactor();
own.MapExternalLinks();
own.MapAcceptInvitation();
signedIn.MapWorkspaces();
signedIn.MapGroup("").WithMetadata(new KeyScopes(ApiKeyScopes.CreditsRead, null)).MapCredits();
var work = signedIn.MapGroup("").For(RouteClass.Read, RouteClass.Write)
    .WithMetadata(new KeyScopes(ApiKeyScopes.JobsRead, ApiKeyScopes.JobsWrite));
work.MapLanguages();
work.MapGroup("").LimitAs(RateClass.Read, RateClass.Upload).MapUploads();
work.MapJobs();
work.MapCaptions();
var admins = app.MapGroup("/api/v1/admin").RequireAuthorization(policy => policy.RequireRole(AdminApi.Role))
    .For(RouteClass.Admin);
admins.MapAdmin();
app.CheckRouteClasses();
app.Services.GetRequiredService<IStartupValidator>().Validate();
await start.RunAsync(app);

/// <summary>Public for the test host.</summary>
public sealed partial class Program;
