namespace Ax2.Media;

internal static class DiskProblems
{
    public static IResult Of(int status, string code, string detail) => Results.Problem(
        detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });

    public static IResult WrongSize(bool isLarger, long sizeBytes) => isLarger
        ? Of(StatusCodes.Status413PayloadTooLarge, "part_too_large", $"This part has {sizeBytes} bytes: more came.")
        : Of(StatusCodes.Status400BadRequest, "part_incomplete", $"This part has {sizeBytes} bytes: fewer came.");
}
