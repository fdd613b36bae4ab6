// Keys of shortcuts, on every layout of keyboards.

/**
 * What a shortcut calls the key of this event: the letter that it writes, in lower case, or its name. On a layout whose letters are not
 * Latin, the letter of the key in its place: `r` for the key that writes `к`, and `?` for the one that writes `؟`.
 */
export function keyOf({ key, code = '', shiftKey }) {
  if (key.length !== 1) return key;
  if (key > '\u024f') {
    if (code.startsWith('Key')) return code.slice(3).toLowerCase();
    if (code === 'Slash' && shiftKey) return '?';
  }
  return key.toLowerCase();
}
