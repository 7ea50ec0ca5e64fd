using Ax2.Users;

namespace Ax2.Deletion;

/// <summary>Everything that the service holds on a user. Key: the user id.</summary>
[Alias("ax2.IPersonalDataGrain")]
public interface IPersonalDataGrain : IGrainWithGuidKey
{
    /// <summary>
    /// One record after the other, so that no process ever holds them all: the profile, sessions, API keys (never a
    /// secret), uploads, jobs with their captions, entries of the home workspace's credits, audit records. None when
    /// nobody is registered under this id.
    /// </summary>
    [Alias("Export")]
    IAsyncEnumerable<PersonalRecord> Export(Device device);
}

/// <param name="Kind">Lower snake case, for example <c>api_key</c>.</param>
/// <param name="Json">The record itself.</param>
[GenerateSerializer, Alias("ax2.PersonalRecord"), Immutable]
public sealed record PersonalRecord([property: Id(0)] string Kind, [property: Id(1)] string Json);
