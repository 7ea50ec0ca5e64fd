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

    private byte[] Sealed => StateEnvelope.Seal(keys, Json, State, Grain);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(20_000_000)]
    public void Open_Sealed_IsWhatWasSealed(int size)
    {
        var plain = RandomNumberGenerator.GetBytes(size);
        var envelope = StateEnvelope.Seal(keys, plain, State, Grain);
        Assert.True(StateEnvelope.IsAt(envelope));
        Assert.InRange(envelope.Length - size, 1, 160);
        Assert.True(plain.AsSpan().SequenceEqual(StateEnvelope.Open(keys, envelope, State, Grain)));
    }

    [Fact]
    public void Seal_SameStateTwice_SharesNoMoreThanFormatAndKeyId()
    {
        var (one, two) = (Sealed, Sealed);
        Assert.Equal("AX21\u0003one"u8.ToArray(), one[..8]);
        Assert.InRange(one.AsSpan().CommonPrefixLength(two), 8, 12);
        Assert.DoesNotContain("kim", Encoding.Latin1.GetString(one), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnyBitFlipped_Throws()
    {
        var envelope = Sealed;
        for (var bit = 0; bit < envelope.Length * 8; bit++)
        {
            var damaged = envelope.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<SealedDataException>(() => StateEnvelope.Open(keys, damaged, State, Grain));
        }
    }

    [Fact]
    public void Open_CutAtAnyLength_Throws()
    {
        var envelope = Sealed;
        for (var length = 0; length < envelope.Length; length++)
            Assert.Throws<SealedDataException>(
                () => StateEnvelope.Open(keys, envelope.AsSpan(0, length), State, Grain));
        Assert.Throws<SealedDataException>(() => StateEnvelope.Open(keys, [.. envelope, 0], State, Grain));
    }

    [Fact]
    public void Open_ArbitraryBytes_ThrowsNothingElse() => Gen.Byte.Array[0, 300].Sample(bytes =>
        Assert.Throws<SealedDataException>(() => StateEnvelope.Open(keys, [.. "AX21"u8, .. bytes], State, Grain)));

    [Theory]
    [InlineData("session", Grain)]
    [InlineData(State, "0198c5b3")]
    [InlineData("", State + "\n" + Grain)]
    public void Open_UnderAnotherStateOrGrain_Throws(string state, string grain) =>
        Assert.Throws<SealedDataException>(() => StateEnvelope.Open(keys, Sealed, state, grain));

    /// <summary>Header, nonce, tag and text of two envelopes of the same grain, mixed in every way.</summary>
    [Fact]
    public void Open_PiecesOfTwoEnvelopes_Throws()
    {
        var (one, two) = (Sealed, Sealed);
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

            Assert.Throws<SealedDataException>(() => StateEnvelope.Open(keys, mixed, State, Grain));
        }
    }

    [Fact]
    public void Open_AfterARotation_ReadsTheOldAndSealsUnderTheNew()
    {
        var old = Sealed;
        var rotated = folder.Keys("one", "two");
        Assert.Equal(Json, StateEnvelope.Open(rotated, old, State, Grain));

        var renewed = StateEnvelope.Seal(rotated, Json, State, Grain);

        Assert.Equal(Json, StateEnvelope.Open(folder.Keys("two"), renewed, State, Grain));
        var failure = Assert.Throws<SealedDataException>(() => StateEnvelope.Open(keys, renewed, State, Grain));
        Assert.Contains("'two'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnotherKeyOfTheSameId_Throws()
    {
        var envelope = Sealed;
        folder.Replace("one");
        Assert.Throws<SealedDataException>(() => StateEnvelope.Open(folder.Keys("one"), envelope, State, Grain));
    }

    /// <summary>A write to the database takes a thousand and more.</summary>
    [Fact]
    public void SealAndOpen_StateOfTwoKilobytes_TakesFarLessThanItsWrite()
    {
        var json = new byte[2048];
        var micros = new double[2001];
        for (var i = 0; i < micros.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            StateEnvelope.Open(keys, StateEnvelope.Seal(keys, json, State, Grain), State, Grain);
            micros[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }

        Array.Sort(micros);
        TestContext.Current.TestOutputHelper!.WriteLine($"seal and open: median {micros[1000]:0.0} µs");
        Assert.InRange(micros[1000], 0, 500);
    }

    public void Dispose() => folder.Dispose();
}
