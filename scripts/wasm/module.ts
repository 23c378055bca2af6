/** A core's module in this process, for the scripts that build from it or measure it. */
import type { CoreExports } from "../../agent/traffic/core-exports.ts";

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

export function instantiateModule(wasm: Uint8Array): CoreExports {
  return new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports as CoreExports;
}
