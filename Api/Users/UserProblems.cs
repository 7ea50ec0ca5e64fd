using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Users;

/// <summary>Problems of who is asking, which the API finds out itself.</summary>
internal static class UserProblems
{
    internal const string NotSignedIn = "not_signed_in";
    internal const string SecondFactorNeeded = "mfa_required";
    internal const string SecondFactorOn = "second_factor_on";
    internal const string SignInAgain = "sign_in_again";
    internal const string ScopeMissing = "scope_missing";

    /// <summary>The first step of a sign-in is done. A browser has the challenge in a cookie, a program here.</summary>
    internal static ProblemHttpResult MfaRequired(string? challenge)
    {
        var problem = Problems.From(SecondFactorNeeded, "Enter a code of your authenticator app.");
        if (challenge is not null)
        {
            problem.ProblemDetails.Extensions["challenge"] = challenge;
        }

        return problem;
    }
}
