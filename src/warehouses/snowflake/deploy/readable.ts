/**
 * What a reader may select from. Streams are left out, because reading one in a statement that writes moves it on, and
 * sequences, because the only privilege on one advances it ("Access control privileges").
 */
export const READABLE = ["TABLES", "VIEWS", "MATERIALIZED VIEWS", "DYNAMIC TABLES"] as const;
