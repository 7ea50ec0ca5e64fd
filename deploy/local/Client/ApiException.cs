namespace Ax2.Local.Client;

/// <summary>The service refused, or could not be reached; the message is one line for the user.</summary>
/// <param name="status">HTTP status, or zero when there was no answer.</param>
/// <param name="code">The problem's stable code.</param>
public sealed class ApiException(int status, string code, string detail, Exception? inner = null)
    : Exception($"{code}: {detail}", inner)
{
    public int Status { get; } = status;
    public string Code { get; } = code;
}
