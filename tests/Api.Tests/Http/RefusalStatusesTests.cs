using System.Collections.Frozen;
using System.Reflection;
using Xunit;

namespace Ax2.Http;

public sealed class RefusalStatusesTests
{
    private static readonly FrozenDictionary<string, int> Statuses =
        RefusalStatuses.Gather(typeof(Problems).Assembly.GetTypes());

    /// <summary>All codes of the contract: the constants of its <c>*Refusals</c>, without names of figures.</summary>
    private static readonly IReadOnlyList<string> Codes =
    [
        .. typeof(Refusal).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Refusals", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(code => !code.Any(char.IsUpper)),
    ];

    [Fact]
    public void EveryRefusal_OfTheContract_HasAStatus()
    {
        Assert.InRange(Codes.Count, 80, int.MaxValue);
        Assert.Empty(Missing(Codes));
    }

    [Fact]
    public void Missing_CodeThatNoSliceLists_IsFound() =>
        Assert.Equal(["moon_too_full"], Missing(["credits_insufficient", "moon_too_full"]));

    [Fact]
    public void EveryStatus_IsOfAClientsOrTheServicesFault() =>
        Assert.All(Statuses, status => Assert.InRange(status.Value, 400, 503));

    [Fact]
    public void Gather_CodeOfTwoSlices_Throws()
    {
        var fault = Assert.Throws<ArgumentException>(() => RefusalStatuses.Gather([typeof(One), typeof(Other)]));
        Assert.Contains("shared_code", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("credits_insufficient", 402)]
    [InlineData("upload_deleted", 410)]
    [InlineData("role_insufficient", 403)]
    [InlineData("mfa_required", 401)]
    [InlineData("internal_error", 500)]
    [InlineData("password_too_common", 422)]
    [InlineData("code_of_a_newer_silo", 422)]
    public void From_Refusal_HasItsStatus(string code, int status) =>
        Assert.Equal(status, Problems.From(new Refusal(code, "It is refused.")).StatusCode);

    private static List<string> Missing(IEnumerable<string> codes) =>
        [.. codes.Where(code => !Statuses.ContainsKey(code))];

    private sealed class One : RefusalStatuses
    {
        internal override IReadOnlyDictionary<string, int> Statuses { get; } =
            new Dictionary<string, int> { ["one_code"] = 409, ["shared_code"] = 409 };
    }

    private sealed class Other : RefusalStatuses
    {
        internal override IReadOnlyDictionary<string, int> Statuses { get; } =
            new Dictionary<string, int> { ["shared_code"] = 404 };
    }
}
