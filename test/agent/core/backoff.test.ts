import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createBackoff } from "../../../agent/core/backoff.ts";
import { matcherOf } from "../../../agent/core/glob.ts";
import { nearest } from "../../../agent/core/nearest.ts";

const test = suite("core: backoff, nearest, glob");

test("waits double up to the cap, and half of each is chance", () => {
  const most = createBackoff({ delayMsMin: 100, delayMsMax: 1000, random: () => 1 });
  assert.equal(
    Array.from({ length: 6 }, () => most.nextMs()),
    [100, 200, 400, 800, 1000, 1000],
  );
  const least = createBackoff({ delayMsMin: 100, delayMsMax: 1000, random: () => 0 });
  assert.equal([least.nextMs(), least.nextMs()], [50, 100]);
  least.reset();
  assert.is(least.nextMs(), 50);
});

test("a slip of the finger finds its word, another word finds none", () => {
  const words = ["thing_name", "root", "report_interval_s"];
  assert.is(nearest("thing_nmae", words), "thing_name");
  assert.is(nearest("report_intervall_s", words), "report_interval_s");
  assert.is(nearest("colour", words), null);
});

test("globs match whole names and nothing of theirs is a regular expression", () => {
  const matches = matcherOf(["eth*", "wlan?", "a.b"]);
  assert.equal(["eth0", "eth", "xeth0", "wlan1", "wlan12", "a.b", "axb"].map(matches), [
    true,
    true,
    false,
    true,
    false,
    true,
    false,
  ]);
});

test.run();
