using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Embedded;

public sealed class LlamaVocabularyTests
{
    private static readonly LlamaVocabulary Vocabulary =
        new(["<unk>", "<s>", "</s>", "▁Mr", ".", "▁Dash", "wood", "<0xC3>", "<0xA9>", "▁caf", "▁▁"]);

    [Fact]
    public void Text_Pieces_JoinToWords() => Assert.Equal("Mr. Dashwood", Vocabulary.Text([3, 4, 5, 6]));

    [Fact]
    public void Text_RawBytes_JoinToACharacter() => Assert.Equal("café", Vocabulary.Text([9, 7, 8]));

    [Fact]
    public void Text_SpecialIds_AreNotText() => Assert.Equal("Mr.", Vocabulary.Text([1, 3, 32_000, 4, 2, 32_767]));

    [Fact]
    public void Text_SeveralSpaces_AreOne() => Assert.Equal("Mr Mr", Vocabulary.Text([10, 3, 10, 3, 10]));
}
