using System.Text.Json;
using Xunit;

namespace Ax2.Users;

[Collection(nameof(GrainCluster))]
public sealed class SignInGrainTests
{
    private const string Password = "correct horse battery";
    private static readonly Device _device = new("curl/8.5.0", "203.0.113.7");
    private readonly string _email = $"user-{Guid.CreateVersion7():N}@example.com";
    private readonly GrainCluster _cluster;

    public SignInGrainTests(GrainCluster cluster)
    {
        _cluster = cluster;
        cluster.Reset();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ISignInGrain SignIn => _cluster.Grains.GetGrain<ISignInGrain>(0);

    [Fact]
    public async Task WithPassword_Right_OpensASessionInTheHomeWorkspaceAndIsAudited()
    {
        var profile = await Register();

        var answer = await SignIn.WithPassword($" {_email.ToUpperInvariant()} ", Password, _device, Cancellation);

        Assert.Equal(profile, answer.Profile);
        var session = await _cluster.Grains.GetGrain<ISessionGrain>(answer.Tokens!.SessionId).Get();
        Assert.Equal((profile.UserId, profile.HomeWorkspaceId), (session!.UserId, session.WorkspaceId));
        var entries = _cluster.Audit.Entries.Where(e => e.Actor == profile.UserId.ToString()).ToList();
        Assert.Equal(["sign_up", "sign_in"], entries.Select(e => e.Action));
        var entry = entries[^1];
        Assert.Equal(_device.Address, entry.Address);
        Assert.DoesNotContain(
            RefreshToken.Read(answer.Tokens.RefreshToken)!.Secret, entry.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithPassword_WrongOneAndUnknownAddress_CannotBeToldApart()
    {
        await Register();
        var before = _cluster.Passwords.Checks;

        var wrong = await SignIn.WithPassword(_email, "not the password", _device, Cancellation);
        var unknown = await SignIn.WithPassword("x" + _email, "not the password", _device, Cancellation);
        var noAddress = await SignIn.WithPassword("x", "not the password", _device, Cancellation);

        Assert.Equal(SignInRefusals.Failed, wrong.Refusal!.Code);
        Assert.Equal(wrong, unknown);
        Assert.Equal(wrong, noAddress);
        Assert.Equal(before + 3, _cluster.Passwords.Checks);
        foreach (var email in new[] { _email, "x" + _email })
        {
            var entry = Assert.Single(_cluster.Audit.Entries, e => e.Target == EmailAddress.GrainKey(email));
            Assert.Equal(("nobody", "sign_in_failed", "{}"), (entry.Actor, entry.Action, entry.Content));
        }
    }

    [Fact]
    public async Task AccessToken_SaysWhoAndWhere_AndEndsInMinutes()
    {
        var profile = await Register();

        var tokens = (await SignIn.WithPassword(_email, Password, _device, Cancellation)).Tokens!;

        var parts = tokens.AccessToken.Split('.').Select(Decode).ToArray();
        var keys = (await _cluster.Grains.GetGrain<ISigningKeysGrain>(0).GetTokenRules()).Keys;
        Assert.Equal("ES256", parts[0].GetProperty("alg").GetString());
        Assert.Equal("at+jwt", parts[0].GetProperty("typ").GetString());
        Assert.Contains(keys, key => key.Id == parts[0].GetProperty("kid").GetString());
        Assert.Equal(profile.UserId, parts[1].GetProperty("sub").GetGuid());
        Assert.Equal(tokens.SessionId, parts[1].GetProperty("sid").GetGuid());
        Assert.Equal(profile.HomeWorkspaceId, parts[1].GetProperty("ws").GetGuid());
        Assert.Equal("pwd", parts[1].GetProperty("amr")[0].GetString());
        Assert.Equal(
            new TokenOptions().AccessLifetime.TotalSeconds,
            parts[1].GetProperty("exp").GetInt64() - parts[1].GetProperty("iat").GetInt64());
    }

    private static JsonElement Decode(string part, int index) => index == 2
        ? default
        : JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(part)).RootElement;

    private async Task<UserProfile> Register() =>
        (await _cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7())
            .Register(new RegisterUser(_email, Password, ""), Cancellation)).Profile!;
}
