using Ax2.Http;

namespace Ax2.Users;

/// <summary>What the refusals of accounts, sign-ins and API keys are in HTTP.</summary>
internal sealed class UserStatuses : RefusalStatuses
{
    internal override IReadOnlyDictionary<string, int> Statuses { get; } = new Dictionary<string, int>
    {
        [UserRefusals.EmailTaken] = StatusCodes.Status422UnprocessableEntity,
        [UserRefusals.EmailInvalid] = StatusCodes.Status422UnprocessableEntity,
        [UserRefusals.PasswordTooShort] = StatusCodes.Status422UnprocessableEntity,
        [UserRefusals.PasswordTooLong] = StatusCodes.Status422UnprocessableEntity,
        [UserRefusals.PasswordTooCommon] = StatusCodes.Status422UnprocessableEntity,
        [UserRefusals.PasswordTooPersonal] = StatusCodes.Status422UnprocessableEntity,
        [UserRefusals.PasswordWrong] = StatusCodes.Status403Forbidden,
        [UserRefusals.LinkInvalid] = StatusCodes.Status422UnprocessableEntity,
        [SignInRefusals.Failed] = StatusCodes.Status401Unauthorized,
        [SignInRefusals.CodeWrong] = StatusCodes.Status401Unauthorized,
        [SignInRefusals.CodeWait] = StatusCodes.Status429TooManyRequests,
        [SignInRefusals.ChallengeOver] = StatusCodes.Status401Unauthorized,
        [SignInRefusals.FactorNotBegun] = StatusCodes.Status409Conflict,
        [ApiKeyRefusals.Unknown] = StatusCodes.Status404NotFound,
        [ApiKeyRefusals.NameInvalid] = StatusCodes.Status422UnprocessableEntity,
        [ApiKeyRefusals.ScopesInvalid] = StatusCodes.Status422UnprocessableEntity,
        [ApiKeyRefusals.LifetimeInvalid] = StatusCodes.Status422UnprocessableEntity,
        [ApiKeyRefusals.OverlapInvalid] = StatusCodes.Status422UnprocessableEntity,
        [ApiKeyRefusals.TooMany] = StatusCodes.Status409Conflict,
        [ExternalRefusals.Failed] = StatusCodes.Status422UnprocessableEntity,
        [ExternalRefusals.EmailUnverified] = StatusCodes.Status422UnprocessableEntity,
        [ExternalRefusals.AccountExists] = StatusCodes.Status422UnprocessableEntity,
        [ExternalRefusals.NotYours] = StatusCodes.Status422UnprocessableEntity,
        [UserProblems.NotSignedIn] = StatusCodes.Status401Unauthorized,
        [UserProblems.SecondFactorNeeded] = StatusCodes.Status401Unauthorized,
        [UserProblems.SecondFactorOn] = StatusCodes.Status409Conflict,
        [UserProblems.SignInAgain] = StatusCodes.Status403Forbidden,
        [UserProblems.ScopeMissing] = StatusCodes.Status403Forbidden,
    };
}
