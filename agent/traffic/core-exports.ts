/** The exports of wasm/index.ts. 64-bit times go as two 32-bit halves. */
export interface CoreExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  abi_version(): number;
  features(): number;
  io_ptr(): number;
  io_cap(): number;
  out_ptr(): number;
  out_cap(): number;
  state_ptr(): number;
  state_len(): number;
  mem_used(): number;
  init(configLength: number): number;
  ingest(length: number): number;
  tick(nowLow: number, nowHigh: number): number;
  query(what: number, a: number, b: number): number;
  events(max: number): number;
  snapshot(): number;
  restore(length: number): number;
  section_export(id: number): number;
  section_import(id: number): number;
  selftest(): number;
}
