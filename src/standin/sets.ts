import { z } from "zod";

/** A list whose order and repetitions mean nothing, in normal form. */
export function setOf<T extends string>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z.array(item).transform((items) => [...new Set(items)].sort());
}
