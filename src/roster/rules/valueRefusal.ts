/** What speaks against a value: what is wrong with it, and what helps; nothing when it is fine. */
export type ValueRefusal = { readonly message: string; readonly help?: string } | undefined;
