import { basename } from "node:path";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import type { ProfileProblem } from "../detect/check.ts";
import { parseProfile } from "../detect/parse-profile.ts";
import type { SecurityProfile } from "../detect/profile.ts";
import { readInput } from "../world/input.ts";

export interface ProfileFile {
  profile: SecurityProfile;
  /** What AWS's API would refuse. */
  notes: readonly ProfileProblem[];
}

/**
 * A security profile from a file of JSON; its name is the file's where it has none. Throws
 * FieldwardenError: 66 when the file cannot be read, 78 when it is no good profile.
 */
export async function loadProfile(path: string, strict = false): Promise<ProfileFile> {
  const text = await readInput(path);
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw profileError(path, [`no JSON: ${(error as Error).message}`]);
  }
  const nameDefault = nameOfFile(path);
  const parsed = parseProfile(input, { nameDefault, strict });
  if (!("problems" in parsed)) return parsed;
  throw profileError(
    path,
    parsed.problems.map(({ member, message }) => `${message} (${member})`),
  );
}

function profileError(path: string, lines: readonly string[]): FieldwardenError {
  const hint = "A profile is what CreateSecurityProfile takes or DescribeSecurityProfile returns.";
  return new FieldwardenError(
    ExitCode.config,
    lines.map((line) => `${path}: ${line}`).join("\n"),
    hint,
  );
}

/** The file's name in the characters that a profile's may have. */
function nameOfFile(path: string): string {
  const name = basename(path, ".json").replace(/[^a-zA-Z0-9:_-]/g, "_");
  return name.slice(0, 128) || "profile";
}
