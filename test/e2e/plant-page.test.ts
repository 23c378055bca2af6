/** The plant page in Debian's Chromium. Screenshots land in build/screenshots. */
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PlantStatus } from "../../agent/core/plant-status.ts";
import { type StatusServer, startStatusServer } from "../../agent/web/server.ts";
import { exampleStatus } from "../fixtures/agent-status.ts";
import { examplePlant } from "../fixtures/plant-status.ts";

const screenshots = fileURLToPath(new URL("../../build/screenshots/", import.meta.url));
const hmi = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true };
const quiet = () => undefined;

let plant: PlantStatus | null = null;
let server: StatusServer;
let browser: Browser;

const test = suite("e2e: plant page");

test.before(async () => {
  await mkdir(screenshots, { recursive: true });
  server = await startStatusServer({
    listen: { host: "127.0.0.1", port: 0 },
    status: () => exampleStatus(),
    plant: () => plant,
    metricSpecs: {},
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
});

test.after(async () => {
  await browser.close();
  await server.close();
});

async function withPage(options: BrowserContextOptions, use: (page: Page) => Promise<void>) {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${server.address}plant`);
  await page.locator("#headline", { hasNotText: "Asking" }).waitFor();
  await use(page);
  await context.close();
  assert.equal(complaints, []);
}

const shot = (page: Page, name: string, fullPage = false) =>
  page.screenshot({ path: `${screenshots}${name}.png`, fullPage });
const textOf = async (page: Page, selector: string) => (await page.textContent(selector)) ?? "";

test("shows 68 assets on a map, what is new first, and finds by any word", async () => {
  plant = examplePlant();
  for (const colorScheme of ["light", "dark"] as const) {
    await withPage({ ...hmi, colorScheme }, async (page) => {
      assert.is(await textOf(page, "#headline"), "New: 1 asset, 1 interaction");
      assert.match(await textOf(page, "#map-summary"), "68 assets, 72 interactions");
      assert.is(await textOf(page, "#asset-rows tr td.new"), "10.20.0.99");
      await page.waitForTimeout(300);
      await shot(page, `plant-${colorScheme}`);
      await page.fill("#filter", "10.20.0.99");
      assert.is(await page.locator("#interaction-rows tr").count(), 1);
      assert.match(await textOf(page, "#interaction-rows tr"), "write multiple coils");
      await shot(page, `plant-found-${colorScheme}`);
    });
  }
});

test("a click on an asset tells what is known of it", async () => {
  plant = examplePlant();
  await withPage({ ...hmi, colorScheme: "light" }, async (page) => {
    // The graph library keeps its graph with the element it draws in.
    const at = (await page.evaluate(
      "document.getElementById('map')._cyreg.cy.getElementById('10.20.1.13').renderedPosition()",
    )) as { x: number; y: number };
    await page.locator("#map").click({ position: at });
    assert.is(await textOf(page, "#card-name"), "Pump 4 controller");
    assert.match(await textOf(page, "#card-facts"), "BMX P34 2020 (modbus device identification");
    assert.match(await textOf(page, "#card-rows"), "← 10.20.0.99modbus write multiple coils14");
    await shot(page, "plant-card");
  });
});

test("says that nothing is watched", async () => {
  plant = null;
  await withPage({ ...hmi, colorScheme: "light" }, async (page) => {
    assert.match(await textOf(page, "#headline"), "watches no plant network");
  });
});

test("a phone shows it", async () => {
  plant = examplePlant();
  await withPage({ ...phone, colorScheme: "light" }, async (page) => {
    await shot(page, "plant-phone", true);
    const wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert.is(await page.evaluate(wider), 0);
  });
});

test.run();
