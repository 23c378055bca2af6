/** What the page is made of: everything that is served as it lies on disk. */

/** `from`: below `page/`, or a file of an npm package. */
export interface Asset {
  from: "page" | "uplot" | "cytoscape";
  file: string;
  type: string;
}

const html = "text/html; charset=utf-8";
const css = "text/css; charset=utf-8";
const script = "text/javascript; charset=utf-8";

export const assets: ReadonlyMap<string, Asset> = new Map([
  ["/", { from: "page", file: "index.html", type: html }],
  ["/plant", { from: "page", file: "plant.html", type: html }],
  ["/plant.css", { from: "page", file: "plant.css", type: css }],
  ["/page.css", { from: "page", file: "page.css", type: css }],
  ["/theme.css", { from: "page", file: "theme.css", type: css }],
  ["/tiles.css", { from: "page", file: "tiles.css", type: css }],
  ...[
    "dom",
    "findings",
    "format",
    "hardware",
    "meter",
    "page",
    "plant",
    "plant-layout",
    "plant-map",
    "plant-view",
    "plot",
    "ports",
    "tiles",
    "view",
  ].map((name): [string, Asset] => [
    `/${name}.js`,
    { from: "page", file: `${name}.js`, type: script },
  ]),
  ["/cytoscape.js", { from: "cytoscape", file: "dist/cytoscape.min.js", type: script }],
  ["/uplot.css", { from: "uplot", file: "dist/uPlot.min.css", type: css }],
  ["/uplot.js", { from: "uplot", file: "dist/uPlot.iife.min.js", type: script }],
]);
