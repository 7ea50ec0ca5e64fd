using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Ax2.TestKit.Speech;

/// <summary>A recording in <c>tests/samples</c> and the words that are spoken in it.</summary>
public sealed record SpeechSample(string Name, string Words)
{
    public static readonly ImmutableArray<SpeechSample> All =
    [
        new("austen-0870", "and mister john dashwood had then leisure to consider "
            + "how much there might be prudently in his power to do for them"),
        new("austen-0880", "he was not an ill disposed young man"),
        new("austen-0890", "unless to be rather cold hearted and rather selfish is to be ill disposed"),
    ];

    public string Path => System.IO.Path.Combine(Ax2Home.Samples, $"{Name}.wav");

    /// <summary>The samples: 16 kHz, mono, 16 bits, behind a plain 44-byte header.</summary>
    public short[] Read()
    {
        const int header = 44;
        var bytes = File.ReadAllBytes(Path);
        var size = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(header - 4));
        return MemoryMarshal.Cast<byte, short>(bytes.AsSpan(header, size)).ToArray();
    }
}
