// Owns the arithmetic of an upload: which bytes a part is, how far it is, what to try again and when. Pure.
export const parallelParts = 3;
export const triesPerPart = 8;

const firstDelayMs = 500;
const longestDelayMs = 20_000;

export function partRange(part, partSizeBytes) {
  const start = (part.number - 1) * partSizeBytes;
  return { start, end: start + part.sizeBytes };
}

/** `sending` maps part numbers to the bytes that have left; a part counts once. */
export function sentBytes(parts, sending) {
  return parts.reduce((sum, part) => {
    return sum + (part.received ? part.sizeBytes : Math.min(sending.get(part.number) ?? 0, part.sizeBytes));
  }, 0);
}

/** Doubles with each try; `random` (0 to 1) spreads the parts so that they do not come back all at once. */
export function retryDelayMs(attempt, random) {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** attempt) * (0.5 + random / 2);
}

/** No answer, too busy, broken on the way, or a signed address that has run out: all may pass. */
export function mayPass(problem) {
  return [403, 408, 410, 425, 429].includes(problem.status) || problem.status >= 500
    || ["network", "part_checksum_mismatch"].includes(problem.code);
}

/** Time left at the pace so far, or null while there is no pace to speak of. */
export function remainingMs({ sinceStartBytes, elapsedMs, leftBytes }) {
  return elapsedMs < 2_000 || sinceStartBytes <= 0 ? null : leftBytes * (elapsedMs / sinceStartBytes);
}

/** Whether a chosen file is the one that a remembered upload began with. */
export function isSameFile(remembered, file) {
  return remembered.name === file.name && remembered.size === file.size
    && remembered.lastModified === file.lastModified;
}
