namespace Ax2.Local;

/// <summary>What <c>ax2</c> answers to its caller.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    /// <summary>Of <c>status</c>: nothing runs.</summary>
    public const int NotRunning = 3;
    /// <summary>Of <c>supervise</c>: another one holds the home.</summary>
    public const int AlreadyRunning = 4;
    public const int Interrupted = 130;
}
