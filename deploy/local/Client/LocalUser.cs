using System.Text.Json;

namespace Ax2.Local.Client;

/// <summary>
/// The account that the command line works as: made once, with random credentials that only its owner reads.
/// </summary>
internal sealed record LocalUser(string Email, string Password)
{
    private const int NameLength = 12;

    /// <summary>Signs the client in, making the account first when the service does not know it.</summary>
    public static async Task<LocalUser> SignInAsync(ApiClient api, string file, CancellationToken cancellationToken)
    {
        var user = Read(file) ?? Create(file);
        try
        {
            await api.SignInAsync(user.Email, user.Password, cancellationToken);
        }
        catch (ApiException unknown) when (unknown.Status == 401)
        {
            await api.CreateUserAsync(user.Email, user.Password, cancellationToken);
            await SignInAnewAsync(api, user, file, cancellationToken);
        }
        return user;
    }

    /// <summary>Signing up does not say whether the account was there before; this does.</summary>
    private static async Task SignInAnewAsync(
        ApiClient api, LocalUser user, string file, CancellationToken cancellationToken)
    {
        try
        {
            await api.SignInAsync(user.Email, user.Password, cancellationToken);
        }
        catch (ApiException other) when (other.Status == 401)
        {
            throw new ApiException(other.Status, other.Code,
                $"the account in {file} has another password now; remove that file to get a new account", other);
        }
    }

    private static LocalUser? Read(string file) => File.Exists(file)
        ? JsonSerializer.Deserialize<LocalUser>(File.ReadAllBytes(file), JsonSerializerOptions.Web)
        : null;

    private static LocalUser Create(string file)
    {
        var user = new LocalUser($"local-{SecretFiles.Random()[..NameLength]}@ax2.localhost", SecretFiles.Random());
        AtomicFile.WriteSecret(file, JsonSerializer.SerializeToUtf8Bytes(user, JsonSerializerOptions.Web));
        return user;
    }
}
