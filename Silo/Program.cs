using Ax2;
using Ax2.Captions.Speech;
using Ax2.Hosting;
using Ax2.Media;
using Ax2.Postgres;
using Ax2.Secrets;
using Ax2.Users;

// The private process: grains, their ports' adapters, every secret. This file is its table of contents.
RefusedStart.SayInOneLine(SiloStart.IsRefusal);
var builder = WebApplication.CreateBuilder(args);
var start = new HostStart(builder.Logging);
var services = builder.Services;
var configuration = builder.Configuration;

services.AddSingleton(TimeProvider.System);
services.AddGrainServices(configuration);

services.AddPostgres(configuration);
services.AddDiskStore(configuration);
services.AddFfmpeg(configuration);
services.AddEmbeddedSpeech(configuration);
services.AddRemoteSpeech(configuration);
services.AddArgon2Passwords(configuration);
services.AddOidcSignIn(configuration);
services.AddMail(configuration);

builder.UseCaptionSilo();
services.AddSiloHealth();
services.AddOperatorAccess(configuration);

var app = builder.Build();
app.CheckOptions();
await app.OpenMediaTools();
await app.MigrateDatabase();
await app.CheckStateKeys();
app.OpenSpeechEngines();
app.UseOperatorAccess();
app.MapSiloHealth();
app.MapOperatorDashboard();
await start.RunAsync(app);
