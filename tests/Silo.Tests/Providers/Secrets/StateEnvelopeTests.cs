using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Xunit;

namespace Ax2.Secrets;

public sealed class StateEnvelopeTests : IDisposable
{
    private const string State = "user";
    private const string Grain = "0198c5b2";
    private static readonly byte[] Json = """{"Email":"kim@example.com"}"""u8.ToArray();

    private readonly KeyFolder folder = new();
    private readonly SecretKeys keys;

    public StateEnvelopeTests() => keys = folder.Keys("one");

    private byte[] Envelope => StateEnvelope.Encrypt(keys, Json, State, Grain);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(20_000_000)]
    public void Decrypt_Encrypted_IsTheText(int size)
    {
        var plain = RandomNumberGenerator.GetBytes(size);
        var envelope = StateEnvelope.Encrypt(keys, plain, State, Grain);
        Assert.True(StateEnvelope.IsEncrypted(envelope));
        Assert.InRange(envelope.Length - size, 1, 160);
        Assert.True(plain.AsSpan().SequenceEqual(StateEnvelope.Decrypt(keys, envelope, State, Grain)));
    }

    [Fact]
    public void Encrypt_SameStateTwice_SharesNoMoreThanFormatAndKeyId()
    {
        var (one, two) = (Envelope, Envelope);
        Assert.Equal("AX21\u0003one"u8.ToArray(), one[..8]);
        Assert.InRange(one.AsSpan().CommonPrefixLength(two), 8, 12);
        Assert.DoesNotContain("kim", Encoding.Latin1.GetString(one), StringComparison.Ordinal);
    }

    [Fact]
    public void Decrypt_AnyBitFlipped_Throws()
    {
        var envelope = Envelope;
        for (var bit = 0; bit < envelope.Length * 8; bit++)
        {
            var damaged = envelope.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<DecryptionException>(() => StateEnvelope.Decrypt(keys, damaged, State, Grain));
        }
    }

    [Fact]
    public void Decrypt_CutAtAnyLength_Throws()
    {
        var envelope = Envelope;
        for (var length = 0; length < envelope.Length; length++)
            Assert.Throws<DecryptionException>(
                () => StateEnvelope.Decrypt(keys, envelope.AsSpan(0, length), State, Grain));
        Assert.Throws<DecryptionException>(() => StateEnvelope.Decrypt(keys, [.. envelope, 0], State, Grain));
    }

    [Fact]
    public void Decrypt_ArbitraryBytes_ThrowsNothingElse() => Gen.Byte.Array[0, 300].Sample(bytes =>
        Assert.Throws<DecryptionException>(() => StateEnvelope.Decrypt(keys, [.. "AX21"u8, .. bytes], State, Grain)));

    [Theory]
    [InlineData("session", Grain)]
    [InlineData(State, "0198c5b3")]
    [InlineData("", State + "\n" + Grain)]
    public void Decrypt_UnderAnotherStateOrGrain_Throws(string state, string grain) =>
        Assert.Throws<DecryptionException>(() => StateEnvelope.Decrypt(keys, Envelope, state, grain));

    /// <summary>Header, nonce, tag and text of two envelopes of the same grain, mixed in every way.</summary>
    [Fact]
    public void Decrypt_PiecesOfTwoEnvelopes_Throws()
    {
        var (one, two) = (Envelope, Envelope);
        var header = one.Length - Json.Length - 28;
        int[] cuts = [0, header, header + 12, header + 28, one.Length];
        for (var choice = 1; choice < 15; choice++)
        {
            byte[] mixed = [];
            for (var piece = 0; piece < 4; piece++)
            {
                var source = (choice >> piece & 1) == 0 ? one : two;
                mixed = [.. mixed, .. source[cuts[piece]..cuts[piece + 1]]];
            }

            Assert.Throws<DecryptionException>(() => StateEnvelope.Decrypt(keys, mixed, State, Grain));
        }
    }

    [Fact]
    public void Decrypt_AfterARotation_ReadsTheOldAndEncryptsUnderTheNew()
    {
        var old = Envelope;
        var rotated = folder.Keys("one", "two");
        Assert.Equal(Json, StateEnvelope.Decrypt(rotated, old, State, Grain));

        var renewed = StateEnvelope.Encrypt(rotated, Json, State, Grain);

        Assert.Equal(Json, StateEnvelope.Decrypt(folder.Keys("two"), renewed, State, Grain));
        var failure = Assert.Throws<DecryptionException>(() => StateEnvelope.Decrypt(keys, renewed, State, Grain));
        Assert.Contains("'two'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decrypt_AnotherKeyOfTheSameId_Throws()
    {
        var envelope = Envelope;
        folder.Replace("one");
        Assert.Throws<DecryptionException>(() => StateEnvelope.Decrypt(folder.Keys("one"), envelope, State, Grain));
    }

    /// <summary>A write to the database takes a thousand and more.</summary>
    [Fact]
    public void EncryptAndDecrypt_StateOfTwoKilobytes_TakesFarLessThanItsWrite()
    {
        var json = new byte[2048];
        var micros = new double[2001];
        for (var i = 0; i < micros.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            StateEnvelope.Decrypt(keys, StateEnvelope.Encrypt(keys, json, State, Grain), State, Grain);
            micros[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }

        Array.Sort(micros);
        TestContext.Current.TestOutputHelper!.WriteLine($"encrypt and decrypt: median {micros[1000]:0.0} µs");
        Assert.InRange(micros[1000], 0, 500);
    }

    public void Dispose() => folder.Dispose();
}
