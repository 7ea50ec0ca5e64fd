using System.Text.Json;
using Ax2.Admin;
using Ax2.Captions.Speech;
using Ax2.Jobs;
using Ax2.Users;
using Xunit;

namespace Ax2.Deletion;

[Collection(nameof(GrainCluster))]
public sealed class PersonalDataGrainTests : IAsyncLifetime
{
    private static readonly Device _device = new("tests", "203.0.113.7");
    private readonly string _email = $"user-{Guid.CreateVersion7():N}@example.com";
    private readonly Guid _id = Guid.CreateVersion7();
    private readonly GrainCluster _cluster;

    public PersonalDataGrainTests(GrainCluster cluster) => _cluster = cluster;

    public ValueTask InitializeAsync()
    {
        _cluster.Reset();
        _cluster.Speech.Script.Add(new SpeechSegment(1_000, 2_400, [new("안녕하세요.", 1_000, 2_400, true)]));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Export_HoldsEverything_AndNoSecret()
    {
        var profile = (await _cluster.Grains.GetGrain<IInternalUserGrain>(_id)
            .RegisterVerified(new RegisterUser(_email, "correct horse battery", "김민지"))).Profile!;
        var workspace = profile.HomeWorkspaceId;
        var session = await _cluster.Grains.GetGrain<IInternalUserSessionsGrain>(_id).Open(
            new OpenSession(_id, workspace, ["pwd"], _device));
        var key = await _cluster.Grains.GetGrain<IUserApiKeysGrain>(_id).Create(
            new CreateApiKey(workspace, "nightly", [ApiKeyScopes.JobsRead], TimeSpan.FromDays(9)), _device);
        var upload = await _cluster.ReadyUpload(workspace);
        await Run(new StartJob(workspace, _id, upload, "en", null));
        await _cluster.Audit.AppendAsync(
            new AuditRecord(
                Guid.CreateVersion7(), AuditPhase.Outcome, profile.CreatedAt, "an admin", "user_look", $"user/{_id}",
                "198.51.100.1", "{}"),
            TestContext.Current.CancellationToken);

        var records = await Export();

        Assert.Equal(_email, Assert.Single(records["profile"]).GetProperty("email").GetString());
        Assert.Equal(session.SessionId, Assert.Single(records["session"]).GetProperty("sessionId").GetGuid());
        Assert.True(Assert.Single(records["workspace"]).GetProperty("isHome").GetBoolean());
        Assert.Equal("nightly", Assert.Single(records["api_key"]).GetProperty("name").GetString());
        Assert.Equal("talk.wav", Assert.Single(records["upload"]).GetProperty("fileName").GetString());
        var job = Assert.Single(records["job"]);
        var cue = job.GetProperty("captions")[0].GetProperty("cues")[0];
        Assert.Equal("안녕하세요.", cue.GetProperty("text").GetString());
        Assert.Contains(records["credit_entry"], entry => entry.GetProperty("kind").GetString() == "settled");
        Assert.Contains(records["audit"], entry => entry.GetProperty("action").GetString() == "api_key_create");
        var others = Assert.Single(records["audit"], entry => entry.GetProperty("by").GetString() == "others");
        Assert.Equal("user_look", others.GetProperty("action").GetString());
        var whole = string.Concat(records.SelectMany(kind => kind).Select(record => record.GetRawText()));
        string[] secrets = [key.Token!, session.RefreshToken, "correct horse", "an admin", "198.51.100.1", "memory:"];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, whole, StringComparison.Ordinal));
        Assert.Contains(_cluster.Audit.Entries, e => e.Action == "data_export" && e.Actor == _id.ToString());
    }

    [Fact]
    public async Task Export_OfNobody_IsEmpty() => Assert.Empty(await Export());

    private async Task<ILookup<string, JsonElement>> Export()
    {
        var records = new List<PersonalRecord>();
        await foreach (var record in _cluster.Grains.GetGrain<IPersonalDataGrain>(_id).Export(_device)
            .WithCancellation(TestContext.Current.CancellationToken))
        {
            records.Add(record);
        }

        return records.ToLookup(record => record.Kind, record => JsonDocument.Parse(record.Json).RootElement);
    }

    private async Task Run(StartJob command)
    {
        var job = _cluster.Grains.GetGrain<ICaptionJobGrain>(Guid.CreateVersion7());
        var view = (await job.Start(command)).Job!;
        while (!view.IsOver)
        {
            view = (await job.WaitForEvent(
                command.WorkspaceId, view.EventNumber, TestContext.Current.CancellationToken))!;
        }

        Assert.Equal(JobStage.Done, view.Stage);
    }
}
