/** What every duty may spend in a rehearsal: a monitor without a quota would watch nothing. */
export const CREDIT_QUOTA = 100;
