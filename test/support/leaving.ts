/** A team from which ana leaves. */
export const roster = (changed: { sources?: string; developers?: string; services?: string } = {}) => `
sources: ${changed.sources ?? "[sales, { name: hr, readers: [ana] }]"}
developers: ${changed.developers ?? "[{ name: ana }, { name: ben }]"}
services: ${changed.services ?? "[{ name: jobs, duty: prod }, { name: charts, duty: reader }, { name: runner, duty: ci }]"}
`;

/** The same when she has left. */
export const WITHOUT_ANA = roster({ sources: "[sales, { name: hr, readers: [ben] }]", developers: "[{ name: ben }]" });
