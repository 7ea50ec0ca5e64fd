namespace Ax2;

/// <summary>
/// There is no space left where something had to be stored: the object store, a work folder or the database. Nothing
/// was stored, and it may be tried again.
/// </summary>
[GenerateSerializer, Alias("ax2.NoSpaceException")]
public sealed class NoSpaceException(string message) : OrleansException(message)
{
    /// <summary>The code of a refusal for this reason.</summary>
    public const string Code = "disk_full";
}
