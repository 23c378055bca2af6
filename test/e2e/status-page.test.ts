/** The page in Debian's Chromium, as an HMI and a phone show it. Screenshots land in build/screenshots. */
import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Log } from "../../agent/core/log.ts";
import type { AgentStatus } from "../../agent/core/status.ts";
import {
  type StatusServer,
  type StatusServerOptions,
  startStatusServer,
} from "../../agent/web/server.ts";
import {
  bareStatus,
  exampleStatus,
  failingStatus,
  offlineStatus,
  someAlerts,
} from "../fixtures/agent-status.ts";

const screenshots = fileURLToPath(new URL("../../build/screenshots/", import.meta.url));
const hmi = { viewport: { width: 1024, height: 600 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true };
const quiet = () => undefined;
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

let server: StatusServer;
let browser: Browser;
let status: AgentStatus = exampleStatus();

const optionsOf = (port = 0): StatusServerOptions => ({
  listen: { host: "127.0.0.1", port },
  status: () => status,
  plant: () => null,
  metricSpecs: {},
  log,
});

const test = suite("e2e: status page");

test.before(async () => {
  await mkdir(screenshots, { recursive: true });
  server = await startStatusServer(optionsOf());
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});

test.after(async () => {
  await browser.close();
  await server.close();
});

/** Opens the page, hands it over once it shows a status, and holds it to what always must be true. */
async function withPage(options: BrowserContextOptions, use: (page: Page) => Promise<void>) {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.address)) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(server.address);
  await page.waitForSelector('#state:not([data-state="asking"])');
  await use(page);
  await context.close();
  assert.equal(complaints, []);
}

/** Pixels by which the page is wider than the window. */
const overflowPx = (page: Page) =>
  page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

const textOf = async (page: Page, selector: string) => (await page.textContent(selector)) ?? "";
const shot = (page: Page, name: string, fullPage = false) =>
  page.screenshot({ path: `${screenshots}${name}.png`, fullPage });

test("Prometheus' own promtool takes /metrics and finds nothing to blame on our names", async () => {
  status = failingStatus();
  const input = await (await fetch(`${server.address}metrics`)).text();
  const { error, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input,
    encoding: "utf8",
  });
  assert.is(error, undefined);
  assert.not.match(stderr, /error while linting/);
  // The device's gauges have node_exporter's names, of which promtool does not like every one.
  assert.equal(
    stderr.split("\n").filter((line) => /^(fieldwarden|process)_/.test(line)),
    [],
  );
});

test("an HMI shows what matters without scrolling", async () => {
  status = exampleStatus();
  await withPage({ ...hmi, colorScheme: "light" }, async (page) => {
    assert.is(await textOf(page, "#headline"), "Reporting to AWS IoT eu-central-1");
    assert.match(await textOf(page, "#subline"), "Last report accepted 12 s ago");
    for (const essential of ["#state", "#device-meters", "#spool-facts", ".plotted", ".reports"]) {
      const box = await page.locator(essential).boundingBox();
      assert.ok(box && box.y + box.height <= hmi.viewport.height, `${essential} is cut`);
    }
    assert.is(await page.locator("#report-rows tr").count(), 20);
    assert.match(await textOf(page, "#connection-state"), "Connected");
    assert.match(await textOf(page, "#device-meters"), "430 MB of 1.03 GB");
    assert.match(await textOf(page, "#hardware-facts"), "4 × ARM Cortex-A53");
    assert.is(await overflowPx(page), 0);
    await shot(page, "hmi");
    await shot(page, "hmi-full", true);
  });
});

test("a phone shows it in one column", async () => {
  status = exampleStatus();
  await withPage({ ...phone, colorScheme: "light" }, async (page) => {
    const lefts =
      "[...document.querySelectorAll('.tile:not([hidden])')].map((tile) => tile.offsetLeft)";
    assert.is(new Set((await page.evaluate(lefts)) as number[]).size, 1);
    assert.is(await overflowPx(page), 0);
    await shot(page, "phone");
    await shot(page, "phone-full", true);
  });
});

test("the plot draws both directions, light and dark", async () => {
  status = exampleStatus();
  for (const colorScheme of ["light", "dark"] as const) {
    await withPage({ ...hmi, colorScheme }, async (page) => {
      const [ins, outs] = (await page.evaluate(`(() => {
        const canvas = document.querySelector("#plot canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const style = getComputedStyle(document.body);
        return ["--in", "--out"].map((name) => {
          const color = style.getPropertyValue(name).trim();
          const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
          let pixels = 0;
          for (let at = 0; at < data.length; at += 4) {
            if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) pixels++;
          }
          return pixels;
        });
      })()`)) as [number, number];
      assert.ok(ins > 100 && outs > 100, `${colorScheme}: ${ins} and ${outs} pixels`);
      if (colorScheme === "dark") await shot(page, "hmi-dark");
    });
  }
});

test("follows the agent: uplink cut, reports kept, reports lost", async () => {
  status = exampleStatus();
  await withPage({ ...hmi, colorScheme: "light" }, async (page) => {
    status = offlineStatus();
    await page.waitForSelector('#state[data-state="degraded"]');
    assert.is(await textOf(page, "#headline"), "Offline: 3 reports kept on disk, nothing lost");
    assert.match(await textOf(page, "#reasons"), "ETIMEDOUT");
    await shot(page, "hmi-offline");

    status = failingStatus();
    await page.waitForSelector('#state[data-state="failing"]');
    assert.is(await textOf(page, "#headline"), "Offline: 3,912 reports kept on disk, 8 lost");
    assert.match(await textOf(page, "#report-rows"), "is not above the last one");
    assert.match(await textOf(page, "#loss-rows"), "dropped: the spool had reached its bound");
    assert.match(await textOf(page, "#problems"), "/proc/net/tcp6: permission denied");
    assert.is(await overflowPx(page), 0);
    await shot(page, "hmi-failing", true);
  });
});

test("findings that last stand in the headline and in a table", async () => {
  status = exampleStatus({ alerts: someAlerts });
  await withPage({ ...hmi, colorScheme: "light" }, async (page) => {
    await page.waitForSelector('#state[data-state="degraded"]');
    assert.match(await textOf(page, "#reasons"), "listening-tcp-ports had 4444");
    assert.match(await textOf(page, "#finding-counts"), "1 last · 2 messages waiting to be told");
    assert.is(await page.locator("#finding-rows tr").count(), 2);
    assert.is(await overflowPx(page), 0);
    await shot(page, "hmi-findings", true);
    status = exampleStatus();
    await page.waitForSelector("#findings[hidden]", { state: "attached" });
  });
});

test("says what is not known, and never zero", async () => {
  status = bareStatus();
  await withPage({ ...hmi, colorScheme: "light" }, async (page) => {
    assert.match(await textOf(page, "#headline"), "Ready to report to AWS IoT eu-central-1");
    assert.is(await page.locator("#device-meters .absent").count(), 4);
    assert.match(await textOf(page, "#listening-count"), "not available");
    assert.ok(await page.isVisible("#plot-empty"));
    await shot(page, "hmi-bare", true);
    status = exampleStatus();
    await page.waitForSelector("#plot:not([hidden])");
    await shot(page, "hmi-after-bare");
  });
});

test("the filter finds a peer, and a peer's name is text and nothing else", async () => {
  status = exampleStatus();
  await withPage({ ...hmi, colorScheme: "light" }, async (page) => {
    await page.fill("#filter", "502 in");
    assert.is(await page.locator("#peer-rows tr").count(), 2);
    await page.fill("#filter", "onerror");
    assert.is(await textOf(page, "#peer-rows .address"), "<img src=x onerror=alert(1)>");
    assert.is(await page.locator("#peer-rows img").count(), 0);
    assert.is(await textOf(page, "#listening-rows"), "None that fits the filter.");
  });
});

test("the keyboard reaches the filter and every table that scrolls", async () => {
  status = exampleStatus();
  await withPage({ ...hmi, colorScheme: "light" }, async (page) => {
    const reached: string[] = [];
    for (let presses = 0; presses < 9; presses++) {
      await page.keyboard.press("Tab");
      reached.push(
        String(
          await page.evaluate("document.activeElement.className || document.activeElement.id"),
        ),
      );
    }
    assert.is(reached.filter((name) => name.startsWith("scroll")).length, 4);
    assert.ok(reached.includes("filter"));
  });
});

test("says since when the agent is silent, and comes back with it", async () => {
  status = exampleStatus();
  const own = await startStatusServer(optionsOf());
  const { port } = new URL(own.address);
  const page = await browser.newPage(hmi);
  await page.goto(own.address);
  await page.waitForSelector('#state[data-state="ok"]');
  await own.close();
  await page.waitForSelector('#state[data-state="silent"]');
  assert.match(await textOf(page, "#headline"), /^The agent does not answer since \d\d:\d\d:\d\d$/);
  assert.is(await page.locator("#report-rows tr").count(), 20);
  await shot(page, "hmi-silent");
  const again = await startStatusServer(optionsOf(Number(port)));
  await page.waitForSelector('#state[data-state="ok"]');
  await page.close();
  await again.close();
});

test.run();
