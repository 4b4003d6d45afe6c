import { UserError } from "../messages/userError";

/** One thing that `one-env doctor` has looked at. */
export interface DoctorFinding {
  readonly ok: boolean;
  readonly text: string;
  /** What to do. */
  readonly help?: string;
}

/** What to do about what is wrong, in the words of every warehouse. */
export const HELP = {
  deploy: "the roster is not deployed, or only partly: ask for a `pulumi up`",
  gone: "it was dropped, or the roster is not deployed: ask for a `pulumi up --refresh`",
  outside: "somebody granted this outside the roster: tell whoever runs the warehouse",
  show: "show this to whoever runs the warehouse",
} as const;

/** The UserError that `work` throws, as a finding; undefined when it throws none. */
export function refusalBy(work: () => unknown): DoctorFinding | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what: text, help } = error;
    return { ok: false, text, ...(help === undefined ? {} : { help }) };
  }
}

/** What happened when the doctor tried to write to a schema. */
export interface Try {
  readonly schema: string;
  /** Whether the roster lets it be written. */
  readonly expected: boolean;
  readonly allowed: boolean;
  /** It was refused for want of a right, and for nothing else. */
  readonly isDenial: boolean;
  /** What the warehouse said. */
  readonly got: string;
}

/** @param undone how a write that worked was taken back: `rolled back` */
export function describeTries(tries: readonly Try[], undone: string, denial: string): DoctorFinding[] {
  const isRight = ({ expected, allowed, isDenial }: Try) => (expected ? allowed : isDenial);
  const names = (expected: boolean) => [
    ...new Set(tries.filter((each) => isRight(each) && each.expected === expected).map(({ schema }) => schema)),
  ];
  const [works, refused] = [names(true), names(false)];
  return [
    ...(works.length > 0 ? [{ ok: true, text: `tried: writes ${works.join(", ")} (${undone})` }] : []),
    ...(refused.length > 0
      ? [{ ok: true, text: `tried: cannot write ${refused.join(", ")} (refused with ${denial})` }]
      : []),
    ...tries
      .filter((each) => !isRight(each))
      .map(({ schema, expected, allowed, isDenial, got }) => ({
        ok: false,
        text: `tried to write \`${schema}\`, which must ${expected ? "work" : "be refused"}: ${got}`,
        help: allowed ? HELP.outside : isDenial ? HELP.deploy : HELP.show,
      })),
  ];
}
