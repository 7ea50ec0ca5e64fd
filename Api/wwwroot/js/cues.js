// Owns finding the cue that is spoken at a time. Pure.

/** Index of the cue that holds `ms`, or -1. The cues are in order of time and do not overlap. */
export function cueAt(cues, ms) {
  let low = 0;
  let high = cues.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (ms < cues[middle].startMs) high = middle - 1;
    else if (ms >= cues[middle].endMs) low = middle + 1;
    else return middle;
  }
  return -1;
}
