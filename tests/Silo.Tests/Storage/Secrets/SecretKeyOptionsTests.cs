using Xunit;

namespace Ax2.Secrets;

public sealed class SecretKeyOptionsTests : IDisposable
{
    private readonly KeyFolder folder = new();

    [Fact]
    public void FindFault_NoKey_SaysHowToMakeOne()
    {
        var fault = new SecretKeyOptions().FindFault("Secrets");
        Assert.Contains("openssl rand -hex 32", fault, StringComparison.Ordinal);
        Assert.Contains("Secrets:CurrentKey", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void FindFault_ValidKeys_IsNull() => Assert.Null(folder.Options("old", "key-2").FindFault("Secrets"));

    [Fact]
    public void FindFault_CurrentKeyIsNotAmongTheKeys_IsAFault()
    {
        var options = folder.Options("one");
        options.CurrentKey = "two";
        Assert.Contains("'two'", options.FindFault("Secrets"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00112233")]
    [InlineData("this is no hexadecimal text, however long it may grow in the end...")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20")]
    public void FindFault_ShortLongOrBrokenKey_IsAFaultThatDoesNotShowIt(string content)
    {
        var options = folder.Options("one", "two");
        folder.Replace("one", content);
        var fault = options.FindFault("Secrets");
        Assert.Contains("Secrets:Keys:one", fault, StringComparison.Ordinal);
        if (content.Length > 0) Assert.DoesNotContain(content, fault!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one", "relative/path")]
    [InlineData("one", "/no/such/file")]
    [InlineData("a b", "/no/such/file")]
    [InlineData("an-id-that-is-longer-than-an-id-may-be", "/no/such/file")]
    public void FindFault_UnusableIdOrPath_IsAFault(string id, string path)
    {
        var options = new SecretKeyOptions { CurrentKey = id };
        options.Keys[id] = path;
        Assert.Contains(id, options.FindFault("Secrets"), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_IdInAnotherSpelling_IsTheSameKey()
    {
        var envelope = StateEnvelope.Encrypt(folder.Keys("one"), "{}"u8, "s", "g");
        var options = new SecretKeyOptions { CurrentKey = "ONE" };
        options.Keys["One"] = folder.Options("one").Keys["one"];
        Assert.Null(options.FindFault("Secrets"));
        Assert.Equal("{}"u8.ToArray(), StateEnvelope.Decrypt(new SecretKeys(options), envelope, "s", "g"));
    }

    public void Dispose() => folder.Dispose();
}
