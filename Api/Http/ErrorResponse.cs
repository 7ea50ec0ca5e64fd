namespace Ax2.Http;

/// <summary>Why a thing ended badly, inside the thing itself: the same codes as in problem details.</summary>
internal sealed record ErrorResponse(string Code, string Message)
{
    internal static ErrorResponse? From(Refusal? refusal) =>
        refusal is null ? null : new ErrorResponse(refusal.Code, refusal.Message);
}
