import fc from "fast-check";

/** What somebody may have in a password: whatever has a meaning of its own in a shell, in YAML, in a URL or in a .env file. */
export function nastyText(): fc.Arbitrary<string> {
  return fc
    .oneof(
      fc.string(),
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: fc.constantFrom(..."'\"$`\\\n\r# !=%{}<&|;*~a:@/".split("")) }),
    )
    .map((text) => Buffer.from(text.replaceAll("\0", "")).toString());
}
