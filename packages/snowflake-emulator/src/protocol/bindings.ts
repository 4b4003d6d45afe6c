/** The bindings of a query request. */
import { unknownToEmulator } from "../errors";
import { booleanOf, numberOf } from "../execute/query/values";
import type { Bindings } from "../sql/bindings";
import { readNumber, type Value } from "../sql/types";

/** As drivers send them: the value always as text. Lists of values (array binds) are not known. */
export type WireBindings = Readonly<Record<string, { readonly type: string; readonly value: unknown }>>;

export function decodeBindings(bindings: WireBindings | null | undefined): Bindings {
  return (name) => {
    const bound = bindings?.[name];
    return bound && { value: decode(bound.type, bound.value) };
  };
}

function decode(type: string, value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) throw unknownToEmulator("bindings of lists");
  const text = String(value);
  switch (type.toUpperCase()) {
    case "FIXED":
      return readNumber(text);
    case "REAL":
      return numberOf(text);
    case "BOOLEAN":
      return booleanOf(text);
    case "DATE":
      return new Date(Number(text));
    case "TIMESTAMP_NTZ":
    case "TIMESTAMP_LTZ":
      return instantOf(text);
    case "TEXT":
    case "ANY":
      return text;
    default:
      throw unknownToEmulator(`bindings of type ${type}`);
  }
}

/** @param text nanoseconds since 1970 */
function instantOf(text: string): Date {
  const nanoseconds = BigInt(text);
  if (nanoseconds % 1_000_000n !== 0n) throw unknownToEmulator("parts of a millisecond");
  return new Date(Number(nanoseconds / 1_000_000n));
}
