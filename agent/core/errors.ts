/** Exit codes of every command, after sysexits(3). 1 means "ran fine, found something". */
export const ExitCode = {
  ok: 0,
  findings: 1,
  usage: 64,
  badData: 65,
  noInput: 66,
  unavailable: 69,
  internal: 70,
  io: 74,
  permission: 77,
  config: 78,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * What went wrong, where, and how to mend it. `main` prints it and leaves with its code; any other
 * error that reaches `main` is a bug of ours (70).
 */
export class FieldwardenError extends Error {
  override readonly name: string = "FieldwardenError";
  readonly exitCode: ExitCode;
  readonly hint: string;

  constructor(exitCode: ExitCode, message: string, hint: string) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** This device does not have what the collector reads. Not a fault: said once, at debug level. */
export class NoDataError extends Error {
  override readonly name = "NoDataError";
}
