/**
 * Whether a name fits a pattern, in which `*` stands for any text. Compared piece by piece: a regular expression would
 * take exponential time for a pattern of many `*`.
 */
export function fits(name: string, pattern: string): boolean {
  const [start = "", ...pieces] = pattern.split("*");
  const end = pieces.pop();
  if (end === undefined) return name === pattern;
  if (!name.startsWith(start)) return false;
  let at = start.length;
  for (const piece of pieces) {
    const found = name.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return name.length - end.length >= at && name.endsWith(end);
}
