namespace Ax2;

/// <summary>
/// More wait for the service than it can serve in time: nothing was done, and it may be tried again in some seconds.
/// </summary>
[GenerateSerializer, Alias("ax2.ServiceBusyException")]
public sealed class ServiceBusyException(string message) : OrleansException(message)
{
    /// <summary>The code of a refusal for this reason.</summary>
    public const string Code = "service_busy";
}
