namespace Ax2.Postgres;

/// <summary>The database is not, and cannot be brought to, the form that this build needs: the process must not start.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
