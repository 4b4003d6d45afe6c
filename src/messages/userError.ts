/** Something the person at the keyboard can mend: exit code 2, message and help printed, never a stack. */
export class UserError extends Error {
  constructor(
    readonly what: string,
    readonly help?: string,
  ) {
    super(help === undefined ? what : `${what}\n  help: ${help}`);
    this.name = "UserError";
  }
}
