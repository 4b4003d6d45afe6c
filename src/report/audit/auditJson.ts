import { type AuditFinding, SEVERITIES } from "../../audit/finding";
import { type Acceptance, locate, type Roster } from "../../roster/roster";
import type { Audited } from "./told";

/** An audit for machines: every finding with its place in the roster, and what is accepted with the reason. */
export function describeAudit({ roster, judgement, findings, now }: Audited) {
  return {
    roster: roster.file,
    at: now.toISOString(),
    clean: findings.length === 0,
    counts: Object.fromEntries(
      SEVERITIES.map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length]),
    ),
    findings: findings.map(({ expired, ...finding }) => ({
      ...describeFinding(roster, finding),
      ...(expired ? { expired: describeAcceptance(roster, expired) } : {}),
    })),
    accepted: judgement.accepted.map(({ accepted, ...finding }) => ({
      ...describeFinding(roster, finding),
      accepted: describeAcceptance(roster, accepted),
    })),
  };
}

function describeFinding(roster: Roster, finding: AuditFinding) {
  const { because } = finding;
  return { ...finding, ...(because === undefined ? {} : { position: locate(roster, because) }) };
}

function describeAcceptance(roster: Roster, { because, until, path }: Acceptance) {
  return { because, until, position: locate(roster, path) };
}
