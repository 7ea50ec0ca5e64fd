using Ax2.Jobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Users;

public sealed class PlanNameTests
{
    [Theory]
    [InlineData("standard", true)]
    [InlineData("team-2", true)]
    [InlineData("0123456789012345678901234567890123456789", true)]
    [InlineData("01234567890123456789012345678901234567890", false)]
    [InlineData("", false)]
    [InlineData("Team", false)]
    [InlineData("te am", false)]
    [InlineData("팀", false)]
    public void IsValid_IsUpTo40LowerCaseLettersDigitsAndDashes(string name, bool isValid) =>
        Assert.Equal(isValid, PlanName.IsValid(name));

    [Fact]
    public void PlanWeights_Configured_AreAddedToTheDefaults() => Assert.Equal(
        new Dictionary<string, int> { ["standard"] = 1, ["business"] = 6, ["team"] = 2 },
        Weights(("business", "6"), ("team", "2")));

    [Theory]
    [InlineData("Team", "2")]
    [InlineData("team", "0")]
    public void PlanWeights_WrongNameOrWeight_IsRefused(string name, string weight) =>
        Assert.Throws<OptionsValidationException>(() => Weights((name, weight)));

    private static Dictionary<string, int> Weights(params (string Name, string Weight)[] plans)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(plans.Select(
                plan => KeyValuePair.Create($"Jobs:Queue:PlanWeights:{plan.Name}", (string?)plan.Weight)))
            .Build();
        using var services = new ServiceCollection().AddGrainServices(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<JobOptions>>().Value.Queue.PlanWeights;
    }
}
