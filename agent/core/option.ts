/** What one value of the configuration may be. Checks, help, JSON Schema and README read these. */
export type ScalarSpec =
  | {
      type: "string";
      default: string;
      pattern?: RegExp;
      oneOf?: readonly string[];
      /** What a pattern cannot say: why the text is no good, or null. */
      problemOf?: (text: string) => string | null;
      help: string;
    }
  | { type: "integer"; default: number; min: number; max: number; help: string }
  | { type: "number"; default: number; min: number; max: number; help: string }
  | {
      type: "list";
      default: readonly string[];
      oneOf?: readonly string[];
      /** Of each item. */
      pattern?: RegExp;
      help: string;
    };

/** A member of an object. One that is required has no default. */
export type MemberSpec = ScalarSpec & { required?: true };
export type MemberSpecs = Readonly<Record<string, MemberSpec>>;

export type ScalarValue = string | number | readonly string[];

/** An object as it was configured: checked, and complete with its defaults. */
export type ObjectValue = Readonly<Record<string, ScalarValue>>;

/** The type of a value that was checked by this spec. */
export type ValueOf<Spec extends ScalarSpec> = Spec extends { type: "list" }
  ? readonly string[]
  : Spec extends { type: "integer" | "number" }
    ? number
    : Spec extends { oneOf: readonly (infer Word)[] }
      ? Word
      : string;

/** The type of an object that was checked by these members. */
export type ValuesOf<Specs extends MemberSpecs> = {
  readonly [Name in keyof Specs]: ValueOf<Specs[Name]>;
};

/** Members that belong to one word of the object's deciding member. */
export interface VariantSpec {
  help: string;
  members: MemberSpecs;
  /** What the members must be together, beyond each by itself: a sentence's end, or null. */
  problemOf(value: ObjectValue): string | null;
}

/** A list of objects. `variantBy` names the member that decides which further members there are. */
export interface ObjectsSpec {
  type: "objects";
  default: readonly ObjectValue[];
  countMax: number;
  members: MemberSpecs;
  /** Member that no two objects may have the same value of. */
  uniqueBy: string;
  variantBy: string;
  variants: Readonly<Record<string, VariantSpec>>;
  help: string;
}
