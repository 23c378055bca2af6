/** The type of AWS's service models as model-data.ts holds them. */

export interface ServiceModel {
  operations: Readonly<Record<string, OperationModel>>;
  shapes: Readonly<Record<string, ShapeModel>>;
}

export interface OperationModel {
  method: string;
  /** "/things/{thingName}"; a label ending in + takes the rest of the path. */
  uri: string;
  input?: string;
  output?: string;
  errors?: readonly string[];
}

export interface ShapeModel {
  type: string;
  members?: Readonly<Record<string, MemberModel>>;
  required?: readonly string[];
  min?: number;
  max?: number;
  pattern?: string;
  enum?: readonly string[];
  /** The member that is the body as it is. */
  payload?: string;
  /** Shape names of a list's members, and of a map's keys and values. */
  member?: string;
  key?: string;
  value?: string;
  error?: { httpStatusCode?: number };
}

export interface MemberModel {
  shape: string;
  location?: "uri" | "querystring" | "header" | "headers" | "statusCode";
  locationName?: string;
}
