using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace Ax2.Captions.Speech;

/// <summary>Opens models for the engine's own threads: a session computes on the thread that calls it.</summary>
internal static class OnnxModel
{
    public static InferenceSession Open(string path)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            // Patterns are kept for every shape that was seen, and here nearly every run has another one.
            EnableMemoryPattern = false,
            // An arena keeps the most that any mix of shapes ever took. The system's allocator gives back, and is as fast.
            EnableCpuMemArena = false,
        };
        // Folds the dequantised output projection into a constant. Else each decoder step makes 37 MB of floats anew,
        // which is most of a step. The quantised layers are MatMulInteger and stay as they are.
        options.AddSessionConfigEntry("session.disable_quant_qdq", "1");
        return new InferenceSession(path, options);
    }
}
