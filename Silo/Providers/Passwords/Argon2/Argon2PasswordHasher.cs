using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using NSec.Cryptography;

namespace Ax2.Users;

/// <summary>
/// Cost of a password hash. Section <c>Passwords:Argon2</c>. The defaults are one of the parameter sets that the OWASP
/// Password Storage Cheat Sheet recommends for Argon2id.
/// </summary>
public sealed class Argon2Options
{
    public const string Section = "Passwords:Argon2";

    /// <summary>Memory of one hash in KiB. At least 7168. Default 19456 (19 MiB).</summary>
    public int MemoryKiB { get; set; } = 19_456;

    /// <summary>Passes over the memory. At least 1. Default 2.</summary>
    public int Iterations { get; set; } = 2;

    /// <summary>
    /// Hashes computed at the same time, each in <see cref="MemoryKiB"/>; the others wait. Zero means one for each
    /// processor. Default 0.
    /// </summary>
    public int MaxConcurrent { get; set; }

    /// <summary>
    /// Hashes that wait at most: one more is refused. Zero means 32 for each of <see cref="MaxConcurrent"/>: at some
    /// 20 ms each, and a few times that on a busy machine, none waits longer than about 2 s. Default 0.
    /// </summary>
    public int MaxWaiting { get; set; }
}

/// <summary>
/// Argon2id in the PHC string format: <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>. It is computed by libsodium: a
/// managed one needs five times as long, and more while a silo that has just started still compiles it.
/// </summary>
internal sealed class Argon2PasswordHasher : IPasswordHasher, IDisposable
{
    private const int SaltBytes = 16;
    private const int HashBytes = 32;
    private readonly Argon2Options _options;
    private const int WaitingForEach = 32;
    private readonly SemaphoreSlim _free;
    private readonly int _maxPending;
    private readonly string _nobody;

    /// <summary>Hashes that wait or are being computed.</summary>
    private int _pending;

    public Argon2PasswordHasher(IOptions<Argon2Options> options)
    {
        _options = options.Value;
        var concurrent = _options.MaxConcurrent == 0 ? Environment.ProcessorCount : _options.MaxConcurrent;
        _free = new SemaphoreSlim(concurrent);
        _maxPending = concurrent + (_options.MaxWaiting == 0 ? concurrent * WaitingForEach : _options.MaxWaiting);
        _nobody = Format(RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(HashBytes));
    }

    public Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return Compute(
            () => Format(salt, Hash(password, salt, _options.MemoryKiB, _options.Iterations)), cancellationToken);
    }

    public async Task<bool> VerifyAsync(string? hash, string password, CancellationToken cancellationToken)
    {
        var (memory, iterations, salt, expected) = Parse(hash ?? _nobody);
        var equal = await Compute(
            () => CryptographicOperations.FixedTimeEquals(Hash(password, salt, memory, iterations), expected),
            cancellationToken);
        return equal && hash is not null;
    }

    public bool IsOutdated(string hash)
    {
        var (memory, iterations, _, _) = Parse(hash);
        return memory < _options.MemoryKiB || iterations < _options.Iterations;
    }

    public void Dispose() => _free.Dispose();

    /// <summary>Off the caller's scheduler: a hash is tens of milliseconds of pure computing.</summary>
    private async Task<T> Compute<T>(Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _pending) > _maxPending)
            {
                throw new ServiceBusyException("Too many passwords wait to be checked.");
            }

            return await ComputeInTurn(work, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    private async Task<T> ComputeInTurn<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            // The library takes no token: what is begun comes to its end.
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            _free.Release();
        }
    }

    private static byte[] Hash(string password, byte[] salt, int memoryKiB, int iterations)
    {
        var argon = PasswordBasedKeyDerivationAlgorithm.Argon2id(new Argon2Parameters
        {
            MemorySize = memoryKiB, NumberOfPasses = iterations, DegreeOfParallelism = 1,
        });
        return argon.DeriveBytes(Encoding.UTF8.GetBytes(password), salt, HashBytes);
    }

    private string Format(byte[] salt, byte[] hash) => string.Create(
        CultureInfo.InvariantCulture,
        $"$argon2id$v=19$m={_options.MemoryKiB},t={_options.Iterations},p=1${Encode(salt)}${Encode(hash)}");

    private static (int MemoryKiB, int Iterations, byte[] Salt, byte[] Hash) Parse(string text)
    {
        var parts = text.Split('$');
        if (parts is not ["", "argon2id", "v=19", var cost, var salt, var hash])
        {
            throw new FormatException("The stored password hash is not Argon2id.");
        }

        var numbers = cost.Split(',').Select(p => int.Parse(p.AsSpan(2), CultureInfo.InvariantCulture)).ToArray();
        return (numbers[0], numbers[1], Decode(salt), Decode(hash));
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] Decode(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}

internal sealed class Argon2OptionsValidator : IValidateOptions<Argon2Options>
{
    private const int MinMemoryKiB = 7168;

    public ValidateOptionsResult Validate(string? name, Argon2Options options) => OptionRules.Check(
        (options.MemoryKiB >= MinMemoryKiB, "Passwords:Argon2:MemoryKiB is at least 7168."),
        (options.Iterations >= 1, "Passwords:Argon2:Iterations is at least 1."),
        (options.MaxConcurrent >= 0, "Passwords:Argon2:MaxConcurrent is not negative."),
        (options.MaxWaiting >= 0, "Passwords:Argon2:MaxWaiting is not negative."));
}

internal static class Argon2Passwords
{
    internal static IServiceCollection AddArgon2Passwords(
        this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<Argon2Options, Argon2OptionsValidator>()
            .Bind(configuration.GetSection(Argon2Options.Section));
        return services.AddSingleton<IPasswordHasher, Argon2PasswordHasher>();
    }
}
