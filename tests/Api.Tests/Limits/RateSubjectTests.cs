using System.Net;
using Xunit;

namespace Ax2.Limits;

public sealed class RateSubjectTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::", "0.0.0.0", false)]
    public void Of_TwoAddresses_IsOneSubjectForOneCustomer(string first, string second, bool same) =>
        Assert.Equal(same, RateSubject.Of(IPAddress.Parse(first)) == RateSubject.Of(IPAddress.Parse(second)));

    [Fact]
    public void RuleName_IsReadBack()
    {
        var key = new RateKey(RateClass.SignInFailure, new RateSubject(SubjectKind.Account, Guid.CreateVersion7()));

        Assert.Equal(key, RateKey.Read(key.Subject.Id, key.RuleName));
    }
}
