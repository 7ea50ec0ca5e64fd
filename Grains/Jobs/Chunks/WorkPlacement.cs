using Orleans.Runtime.Placement;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// Says where the grain that is called next shall come to life: <c>using (WorkPlacement.On(slot.Silo))</c> around the
/// call. Orleans' own directors follow this hint. It is only a hint: an active grain stays where it is, and when the
/// silo is gone another is used, where the work then finds no slot of that id (<see cref="WorkState.NoSlot"/>).
/// </summary>
internal static class WorkPlacement
{
    internal static Hint On(SiloAddress silo)
    {
        var before = RequestContext.Get(IPlacementDirector.PlacementHintKey);
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        return new Hint(before);
    }

    /// <summary>Disposing removes the hint, so that no later call is placed by it.</summary>
    internal readonly struct Hint(object? before) : IDisposable
    {
        public void Dispose()
        {
            if (before is null)
            {
                RequestContext.Remove(IPlacementDirector.PlacementHintKey);
            }
            else
            {
                RequestContext.Set(IPlacementDirector.PlacementHintKey, before);
            }
        }
    }
}
