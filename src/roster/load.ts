import { readFileSync } from "node:fs";
import { type ParsedRoster, parseRoster } from "./parse";
import { BadInput } from "./problem";

/** Like {@link parseRoster}, from a file; problems name it as the user wrote it. Never throws. */
export function readRoster(path: string): ParsedRoster {
  try {
    return parseRoster(readText(path), path);
  } catch (error) {
    if (error instanceof BadInput) return { problems: [...error.problems] };
    throw error;
  }
}

/** The text of a roster's file. @throws BadInput when it cannot be read, or is no UTF-8 */
export function readText(path: string): string {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    throw badFile(path, 1, `cannot read the roster: ${describeFileError(error)}`);
  }
  const text = decodeUtf8(content);
  if (text === undefined) throw badEncoding(path, content);
  return text;
}

function badEncoding(file: string, content: Buffer): BadInput {
  const utf16 = content.length > 1 && (content.readUInt16BE(0) === 0xfeff || content.readUInt16BE(0) === 0xfffe);
  if (utf16) return badFile(file, 1, "the roster is UTF-16 text", "save it as UTF-8");
  // The first line that cannot be decoded by itself: no other encoding of a line break looks like UTF-8's.
  let line = 1;
  for (let start = 0; start < content.length; line++) {
    const end = content.indexOf(0x0a, start);
    const stop = end === -1 ? content.length : end + 1;
    if (decodeUtf8(content.subarray(start, stop)) === undefined) break;
    start = stop;
  }
  return badFile(file, line, "this line is not UTF-8 text", "save the file as UTF-8");
}

function decodeUtf8(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}

function badFile(file: string, line: number, message: string, help?: string): BadInput {
  const position = { file, line, col: 1 };
  return new BadInput([{ severity: "error", position, message, ...(help === undefined ? {} : { help }) }]);
}

function describeFileError(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file";
    case "EISDIR":
      return "it is a directory";
    case "EACCES":
      return "permission denied";
    default:
      return code ?? String(error);
  }
}
