using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Ax2;

/// <summary>
/// On a constructor parameter of type <see cref="StoredState{T}"/>: the state of this name, in this storage provider or
/// the default one.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class StoredStateAttribute(string stateName, string? storageName = null)
    : Attribute, IFacetMetadata, IPersistentStateConfiguration
{
    public string StateName { get; } = stateName;

    public string StorageName { get; } = storageName!;
}

internal sealed class StoredStateMapper : IAttributeToFactoryMapper<StoredStateAttribute>
{
    private static readonly MethodInfo CreateMethod =
        typeof(StoredStateMapper).GetMethod(nameof(Create), BindingFlags.Static | BindingFlags.NonPublic)!;

    public Factory<IGrainContext, object> GetFactory(ParameterInfo parameter, StoredStateAttribute metadata)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(StoredState<>))
        {
            throw new InvalidOperationException($"{parameter.Name} must be a StoredState<T>, not {type}.");
        }

        return CreateMethod.MakeGenericMethod(type.GenericTypeArguments)
            .CreateDelegate<Func<StoredStateAttribute, Factory<IGrainContext, object>>>()(metadata);
    }

    private static Factory<IGrainContext, object> Create<T>(StoredStateAttribute metadata)
        where T : class, new() => context =>
    {
        var storage = context.ActivationServices.GetRequiredService<IPersistentStateFactory>()
            .Create<T>(context, metadata);
        return new StoredState<T>(
            storage,
            // Without the fault: calls that wait would be answered with it, instead of going to the next activation.
            _ => context.Deactivate(new DeactivationReason(
                DeactivationReasonCode.ApplicationRequested, $"The state {metadata.StateName} is to be read anew.")));
    };
}
