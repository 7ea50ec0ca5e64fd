// Owns what this browser remembers of an upload that has no job yet, so that a reload loses nothing.
const memoryKey = "ax2.upload";

/** `{ uploadId, userId, name, size, lastModified }`, or null; one at a time. Another user's is not answered. */
export function recallUpload(userId) {
  try {
    const remembered = JSON.parse(localStorage.getItem(memoryKey));
    return remembered?.userId === userId ? remembered : null;
  } catch {
    return null;
  }
}

export function rememberUpload(userId, uploadId, file) {
  const { name, size, lastModified } = file;
  store({ uploadId, userId, name, size, lastModified });
}

export function forgetUpload() {
  store(null);
}

// Without storage an upload still works; it only cannot be continued after a reload.
function store(value) {
  try {
    if (value) localStorage.setItem(memoryKey, JSON.stringify(value));
    else localStorage.removeItem(memoryKey);
  } catch {
    // Refused by the browser's settings.
  }
}
