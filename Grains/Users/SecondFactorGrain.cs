using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Ax2.Users;

/// <summary>What only other grains may ask of a second factor: a sign-in checks it.</summary>
[Alias("ax2.ISecondFactorCheck")]
public interface IInternalSecondFactorGrain : IGrainWithGuidKey
{
    [Alias("IsOn")]
    Task<bool> IsOn();

    /// <summary>Null for a valid code, which cannot be used again.</summary>
    [Alias("Check")]
    Task<Refusal?> Check(string code);

    [Alias("Erase")]
    Task Delete();
}

public sealed class SecondFactorGrain(
    [StoredState("second-factor")] StoredState<SecondFactorState> state,
    SecurityLog securityLog,
    TimeProvider time) : Grain, ISecondFactorGrain, IInternalSecondFactorGrain
{
    private const string Issuer = "AX2 Caption";

    /// <summary>
    /// Six digits can be guessed by trying, so after some wrong ones no app's code counts for a while. Only who knows
    /// the password gets here, and recovery codes, which cannot be guessed, always count.
    /// </summary>
    private const int MaxWrongCodes = 5;
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(15);

    private SecondFactorState Factor => state.Value;

    public Task<SecondFactorStatus> GetStatus() =>
        Task.FromResult(new SecondFactorStatus(Factor.Key is not null, Factor.RecoveryHashes.Count));

    public Task<bool> IsOn() => Task.FromResult(Factor.Key is not null);

    public async Task<SecondFactorSetup?> Begin(string accountName)
    {
        if (Factor.Key is not null)
        {
            return null;
        }

        var key = RandomNumberGenerator.GetBytes(Totp.KeyBytes);
        await state.UpdateAsync(factor => factor with { PendingKey = key });
        return new SecondFactorSetup(Totp.Base32(key), Totp.Uri(key, Issuer, accountName));
    }

    public async Task<RecoveryCodesAnswer> Confirm(string code, Device device)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (Factor.PendingKey is not { } key)
        {
            return new RecoveryCodesAnswer(
                null, new Refusal(SignInRefusals.FactorNotBegun, "Ask for a new secret first."));
        }

        if (Totp.Match(key, code, time.GetUtcNow(), Factor.LastStep) is not { } step)
        {
            return new RecoveryCodesAnswer(null, Wrong());
        }

        var codes = RecoveryCodes.Create();
        await state.UpdateAsync(
            _ => new SecondFactorState { Key = key, LastStep = step, RecoveryHashes = Hashes(codes) });
        await securityLog.Record(this.GetPrimaryKey(), "second_factor_on", device);
        return new RecoveryCodesAnswer(codes, null);
    }

    public async Task<RecoveryCodesAnswer> RenewRecoveryCodes(string code, Device device)
    {
        if (await Check(code) is { } refusal)
        {
            return new RecoveryCodesAnswer(null, refusal);
        }

        var codes = RecoveryCodes.Create();
        await state.UpdateAsync(factor => factor with { RecoveryHashes = Hashes(codes) });
        await securityLog.Record(this.GetPrimaryKey(), "recovery_codes_renew", device);
        return new RecoveryCodesAnswer(codes, null);
    }

    public async Task<Refusal?> TurnOff(string code, Device device)
    {
        if (await Check(code) is { } refusal)
        {
            return refusal;
        }

        // The last step remains, so that a used code is not valid for a factor that is turned on again.
        await state.UpdateAsync(factor => new SecondFactorState { LastStep = factor.LastStep });
        await securityLog.Record(this.GetPrimaryKey(), "second_factor_off", device);
        return null;
    }

    public async Task<Refusal?> Check(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (Factor.Key is not { } key)
        {
            return new Refusal(SignInRefusals.FactorNotBegun, "The second factor is off.");
        }

        var hash = RecoveryCodes.Hash(code);
        if (Factor.RecoveryHashes.Contains(hash))
        {
            await state.UpdateAsync(factor => factor with
            {
                RecoveryHashes = [.. factor.RecoveryHashes.Where(known => known != hash)],
                WrongCodes = 0,
            });
            return null;
        }

        var now = time.GetUtcNow();
        if (Factor.WrongCodes >= MaxWrongCodes && now < Factor.WrongAt + Wait)
        {
            return new Refusal(
                SignInRefusals.CodeWait, "There were too many wrong codes. Wait, or use a recovery code.",
                ImmutableDictionary<string, long>.Empty.Add(
                    "retryAfterSeconds", (long)Math.Ceiling((Factor.WrongAt + Wait - now).TotalSeconds)));
        }

        return await CheckApp(key, code, now);
    }

    public Task Delete() => state.ClearAsync();

    private async Task<Refusal?> CheckApp(byte[] key, string code, DateTimeOffset now)
    {
        var step = Totp.Match(key, code, now, Factor.LastStep);
        if (step is not null)
        {
            await state.UpdateAsync(factor => factor with { LastStep = step.Value, WrongCodes = 0 });
            return null;
        }

        var before = now < Factor.WrongAt + Wait ? Factor.WrongCodes : 0;
        await state.UpdateAsync(factor => factor with { WrongCodes = before + 1, WrongAt = now });
        return Wrong();
    }

    private static Refusal Wrong() => new(SignInRefusals.CodeWrong, "This code is wrong, or it was used before.");

    private static IReadOnlyList<string> Hashes(ImmutableArray<string> codes) => [.. codes.Select(RecoveryCodes.Hash)];
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
[Confidential]
public sealed record SecondFactorState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>The secret that the app has too. Null while the factor is off.</summary>
    public byte[]? Key { get; init; }

    /// <summary>A secret that no code has confirmed yet.</summary>
    public byte[]? PendingKey { get; init; }

    /// <summary>Of the last valid code: it and those before cannot be used again.</summary>
    public long LastStep { get; init; }
    public IReadOnlyList<string> RecoveryHashes { get; init; } = [];
    public int WrongCodes { get; init; }
    public DateTimeOffset WrongAt { get; init; }
}
