namespace Ax2;

/// <summary>
/// A state whose grain is activated though its row cannot be read (its key is gone, or it is damaged): so the row can
/// still be removed. The grain must not write over it.
/// </summary>
public interface IUnreadableState<TSelf>
{
    /// <summary>An empty state that carries the fault.</summary>
    TSelf Unreadable(Exception fault);
}
