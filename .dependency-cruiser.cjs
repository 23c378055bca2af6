// Who may import whom: ARCHITECTURE.md §3 as rules. `npm run check` runs them.
const siblings =
  "alerts|collectors|indicators|metrics|inventory|traffic|detect|defender|respond|store|transports|web|world";
// The only places that touch files, sockets, processes, or packages that do.
const toWorld =
  "^agent/(world|alerts/outputs|traffic/sources|transports|metrics/sources)/|^agent/(main|config)\\.ts$|^agent/web/server\\.ts$";

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "core-imports-nothing",
      comment: "agent/core is plain data, interfaces and pure logic.",
      severity: "error",
      from: { path: "^agent/core/" },
      to: { pathNot: "^agent/core/" },
    },
    {
      name: "siblings-meet-in-agent-ts",
      comment: "The parts of the agent know agent/core and nothing of each other.",
      severity: "error",
      from: { path: `^agent/(${siblings})/` },
      to: { path: "^agent/", pathNot: ["^agent/core/", "^agent/$1/"] },
    },
    {
      name: "four-ways-out",
      comment: "Files, sockets and processes come in through Clock, Host, Disk and Log.",
      severity: "error",
      from: { path: "^agent/", pathNot: toWorld },
      to: {
        path: "^(node:)?(fs|fs/promises|net|tls|http|https|dgram|child_process|os|worker_threads)$|node_modules/(mqtt|jsmodbus|node-os-utils|aws-iot-device-sdk-v2)/",
      },
    },
    {
      name: "agent-never-imports-sim",
      severity: "error",
      from: { path: "^agent/" },
      to: { path: "^(sim|scripts|test)/" },
    },
    {
      name: "emulator-is-a-second-opinion",
      comment:
        "The emulator is written from the service's documents: of the agent it takes Detect.",
      severity: "error",
      from: { path: "^sim/emulator/" },
      to: { path: "^(agent|sim)/", pathNot: ["^agent/(core|detect)/", "^sim/emulator/"] },
    },
    {
      name: "engine-is-the-interfaces-twin",
      severity: "error",
      from: { path: "^sim/engine/" },
      to: { path: "^(agent|sim)/", pathNot: ["^agent/core/", "^sim/engine/"] },
    },
    {
      name: "sim-frames-share-no-code-with-decoders",
      severity: "error",
      from: { path: "^sim/frames/" },
      to: { path: "^(agent|wasm|sim)/", pathNot: ["^agent/core/", "^sim/frames/"] },
    },
    {
      name: "wasm-by-its-built-module-only",
      severity: "error",
      from: { path: "^(agent|sim)/" },
      to: { path: "^wasm/" },
    },
    {
      name: "nothing-imports-scripts-or-tests",
      severity: "error",
      from: { path: "^(agent|sim|wasm)/" },
      to: { path: "^(scripts|test)/" },
    },
    {
      name: "devices-carry-no-dev-packages",
      severity: "error",
      from: { path: "^(agent|sim)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
    },
  },
};
