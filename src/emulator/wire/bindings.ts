/** The bindings of a query request. */
import { unknownToEmulator } from "../errors";
import type { Bindings } from "../sql/bindings";
import type { Value } from "../sql/types";

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
    case "REAL":
      return Number(text);
    case "BOOLEAN":
      return text === "true" || text === "1";
    case "DATE":
      return new Date(Number(text));
    case "TIMESTAMP_NTZ":
    case "TIMESTAMP_LTZ":
    case "TIMESTAMP_TZ":
      return new Date(Number(BigInt(text.split(" ")[0] as string) / 1_000_000n));
    case "TEXT":
    case "ANY":
      return text;
    default:
      throw unknownToEmulator(`bindings of type ${type}`);
  }
}
