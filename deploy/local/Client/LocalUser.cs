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
            await RegisterAsync(api, user, file, cancellationToken);
            await api.SignInAsync(user.Email, user.Password, cancellationToken);
        }
        return user;
    }

    private static async Task RegisterAsync(
        ApiClient api, LocalUser user, string file, CancellationToken cancellationToken)
    {
        try
        {
            await api.CreateUserAsync(user.Email, user.Password, cancellationToken);
        }
        catch (ApiException taken) when (taken.Status == 409)
        {
            throw new ApiException(taken.Status, taken.Code,
                $"the account in {file} has another password now; remove that file to get a new account", taken);
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
