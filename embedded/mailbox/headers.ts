/** The most that is kept of a header section, in bytes; one that never ends is no letter's. */
const longest = 64 * 1024;

/** The header section of a message: all up to the first empty line (RFC 5322, section 2.1). */
export function headOf(source: Buffer): Buffer {
  const end = source.indexOf('\r\n\r\n');
  return source.subarray(0, Math.min(end === -1 ? source.length : end + 4, longest));
}

/**
 * The first header of a name, unfolded and otherwise as it was sent. Enough for ids, which are plain ASCII, and a tenth
 * of the cost of parsing a letter, which is left until someone reads it.
 */
export function header(head: Buffer, name: string): string | undefined {
  const found = new RegExp(`^${name}:(.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(head.toString('utf8'));
  return found?.[1]?.replaceAll(/\r\n(?=[ \t])/g, '').trim();
}
