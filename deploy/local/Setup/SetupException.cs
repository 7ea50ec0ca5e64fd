namespace Ax2.Local;

/// <summary>
/// Something that the local stack needs could not be prepared or started; the message is for the user.
/// </summary>
public class SetupException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What was fetched is not what was pinned. Never a reason to go on without it.</summary>
public sealed class IntegrityException(string message) : SetupException(message);
